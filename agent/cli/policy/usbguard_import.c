/* SPDX-License-Identifier: MIT */
/* usbguard_import.c — see usbguard_import.h. A rule whose attribute lists several values becomes several rules. */
#include "cli/policy/usbguard_import.h"

#include "cli/policy/usbguard_fault.h"
#include "cli/policy/yaml_quoted.h"
#include "decision/facts.h"

#include <ctype.h>
#include <string.h>

/* One of ours in the making. */
struct writing {
        FILE *to;
        const struct usbguard_rule *rule;
        const char *before; /* "# " where it is a comment */
        unsigned index;     /* which value of the attribute that lists several */
        bool unsaid[USBGUARD_KEYS];
};

static void put_interfaces(const struct writing *w) {
        const struct usbguard_set *set = &w->rule->keys[USBGUARD_WITH_INTERFACE];
        bool all = w->rule->target == USBGUARD_ALLOW || set->how == USBGUARD_ONE_OF || set->how == USBGUARD_MATCH_ALL;

        if (set->n == 0 || set->how == USBGUARD_NONE_OF)
                return;
        (void)fputs(", interfaces: [", w->to);
        for (unsigned i = 0; i < (all ? set->n : 1); i++)
                (void)fprintf(w->to, "%s\"%s\"", i ? ", " : "", set->values[i]);
        (void)fputc(']', w->to);
}

/* A rule that lets in whole what has this beside others would let in more; one that refuses must see each of them. */
static bool import_is_partial(const struct writing *w) {
        const struct usbguard_set *set = &w->rule->keys[USBGUARD_WITH_INTERFACE];

        if (set->n == 0 || set->how == USBGUARD_NONE_OF)
                return false;
        return w->rule->target != USBGUARD_ALLOW || set->how == USBGUARD_ONE_OF
               || (set->how == USBGUARD_ALL_OF && set->n == 1);
}

/* usbguard takes tabs and line ends off the end of what a device says, we do not: a device that has one there would
 * slip past a rule that refuses it. */
static bool import_is_beginning(const struct usbguard_rule *rule, enum usbguard_key key) {
        return rule->target != USBGUARD_ALLOW && (key == USBGUARD_NAME || key == USBGUARD_SERIAL);
}

static void put_match(const struct writing *w) {
        static const char *const words[] = { "id", "name", "serial", "port" };
        char text[FACTS_STRING + 1];

        (void)fprintf(w->to, "  %s  match: {bus: usb", w->before);
        for (enum usbguard_key key = USBGUARD_ID; key < USBGUARD_WITH_INTERFACE; key++) {
                const struct usbguard_set *set = &w->rule->keys[key];
                const char *value = set->n > 1 ? set->values[w->index] : set->values[0];

                if (set->n == 0 || w->unsaid[key] || strcmp(value, "*:*") == 0)
                        continue;
                (void)fprintf(w->to, ", %s: ", words[key]);
                (void)snprintf(text, sizeof text, "%s%s", value, import_is_beginning(w->rule, key) ? "*" : "");
                yaml_put_quoted(w->to, text);
        }
        put_interfaces(w);
        (void)fputs("}\n", w->to);
}

static void put_name(const struct writing *w, unsigned rules) {
        const struct usbguard_set *label = &w->rule->keys[USBGUARD_LABEL];
        char name[1024], part[32] = "";

        if (rules > 1)
                (void)snprintf(part, sizeof part, " (%u)", w->index + 1);
        (void)snprintf(name, sizeof name, "usbguard %u%s%s%s", w->rule->at.line, part, label->n ? ": " : "",
                       label->n ? label->values[0] : "");
        if (label->n && usbguard_label_fault(label))
                (void)snprintf(name, sizeof name, "usbguard %u%s", w->rule->at.line, part);
        (void)fprintf(w->to, "  %s- name: ", w->before);
        yaml_put_quoted(w->to, name);
        (void)fputc('\n', w->to);
}

/* Nothing to know a device by is left: without # such a rule would let in every device. */
static bool import_knows_nothing(const struct writing *w) {
        for (enum usbguard_key key = USBGUARD_ID; key < USBGUARD_WITH_INTERFACE; key++)
                if (w->rule->keys[key].n && !w->unsaid[key])
                        return false;
        return w->rule->keys[USBGUARD_WITH_INTERFACE].n == 0
               || w->rule->keys[USBGUARD_WITH_INTERFACE].how == USBGUARD_NONE_OF;
}

static void import_put(const struct writing *w, unsigned rules) {
        if (*w->before && import_knows_nothing(w)) {
                (void)fprintf(w->to, "  # usbguard %u: 書けることがありません / nothing of it can be said\n\n",
                              w->rule->at.line);
                return;
        }
        put_name(w, rules);
        put_match(w);
        if (import_is_partial(w))
                (void)fprintf(w->to, "  %s  partial: true\n", w->before);
        (void)fprintf(w->to, "  %s  action: %s\n\n", w->before, w->rule->target == USBGUARD_ALLOW ? "allow" : "deny");
}

/* Into how many rules of ours: by the one attribute that can be said and lists several values. */
static unsigned import_rules(const struct writing *w) {
        for (enum usbguard_key key = USBGUARD_ID; key < USBGUARD_WITH_INTERFACE; key++)
                if (w->rule->keys[key].n > 1 && !w->unsaid[key])
                        return w->rule->keys[key].n;
        return 1;
}

static void say_notes(const struct importing *import, const struct usbguard_rule *rule) {
        static const struct phrase
                stays = { "deny になります。機器は、つながったまま使えません",
                          "becomes deny: the device stays where it is, and is not let in" },
                begins = { "この値で始まるものを、すべて拒否します（usbguard は末尾のタブや改行を除いて比べます）",
                           "whatever begins with it is refused: usbguard leaves out tabs and line ends behind it" },
                bound = { "名前を挙げたインターフェースだけを使えるようにします（partial）",
                          "only the interfaces that are named are bound (partial)" };
        const struct usbguard_set *label = &rule->keys[USBGUARD_LABEL], *set = &rule->keys[USBGUARD_WITH_INTERFACE];
        const struct phrase *fault = label->n ? usbguard_label_fault(label) : NULL;

        for (enum usbguard_key key = USBGUARD_NAME; key <= USBGUARD_SERIAL; key++)
                if (rule->keys[key].n && import_is_beginning(rule, key) && !usbguard_fault(rule, key))
                        import->say(import->ctx, IMPORT_REFUSES_MORE, rule->keys[key].at, usbguard_key_name(key),
                                    &begins);
        if (rule->target == USBGUARD_REJECT)
                import->say(import->ctx, IMPORT_NOTE, rule->at, "reject", &stays);
        if (fault)
                import->say(import->ctx, IMPORT_NOTE, label->at, "label", fault);
        if (rule->target == USBGUARD_ALLOW && set->n && !usbguard_fault(rule, USBGUARD_WITH_INTERFACE)
            && set->how != USBGUARD_MATCH_ALL)
                import->say(import->ctx, IMPORT_NOTE, set->at, "with-interface", &bound);
}

void usbguard_import(struct importing *import, const struct usbguard_rule *rule) {
        struct writing w = { .to = import->to, .rule = rule, .before = "" };
        bool allows = rule->target == USBGUARD_ALLOW, faults = false;
        unsigned rules;

        if (rule->target == USBGUARD_NOTHING)
                return;
        for (enum usbguard_key key = USBGUARD_ID; key < USBGUARD_KEYS; key++) {
                const struct phrase *fault = usbguard_fault(rule, key);

                w.unsaid[key] = fault != NULL;
                faults = faults || fault;
                if (fault)
                        import->say(import->ctx, allows ? IMPORT_NOT_WRITTEN : IMPORT_REFUSES_MORE, rule->keys[key].at,
                                    usbguard_key_name(key), fault);
        }
        say_notes(import, rule);
        w.before = allows && faults ? "# " : "";
        rules = import_rules(&w);
        for (w.index = 0; w.index < rules; w.index++)
                import_put(&w, rules);
        if (allows && faults)
                import->not_written++;
        else
                import->written++;
}
