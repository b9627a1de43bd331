/* SPDX-License-Identifier: MIT */
/* outline.c — see outline.h. One pass over libyaml's events; the tree is an array in document order, in which the
 * first child of a node stands right behind it. */
#include "language/outline.h"

#include "base/quote.h"
#include "language/text.h"
#include "language/typing.h"

#include <errno.h>
#include <yaml.h>

struct outline_node {
        uint32_t line, column;
        uint32_t next; /* sibling, or 0: the root is no sibling */
        uint32_t key;  /* offset into keys of the name under which it stands; 0 for none */
        uint32_t key_line, key_column;
        bool parent; /* has a first child */
};

struct outline {
        struct outline_node *nodes;
        size_t n_nodes, nodes_size;
        char *keys;
        size_t n_keys, keys_size;
};

/* A mapping or sequence that is still open. */
struct level {
        uint32_t node, last; /* last child so far, 0 where there is none */
        unsigned n_keys;
        bool mapping;
};

struct reading {
        struct outline *o;
        struct level levels[OUTLINE_DEPTH];
        unsigned depth, documents;
        uint32_t key; /* a mapping's key waits for its value */
        struct place key_at;
        struct err *err;
};

static struct place place_of(yaml_mark_t mark) {
        return (struct place){ (unsigned)mark.line + 1, (unsigned)mark.column + 1 };
}

/* Make room for `need` elements. Returns the array, which may have moved, or NULL, and then the old array is still
 * valid. */
static void *outline_grown(void *array, size_t *size, size_t need, size_t each) {
        size_t wanted = *size ? *size : 256;
        void *bigger;

        if (need <= *size)
                return array;
        while (wanted < need)
                wanted *= 2;
        bigger = realloc(array, wanted * each);
        if (bigger)
                *size = wanted;
        return bigger;
}

static int keys_grow(struct outline *o, size_t more, struct err *err) {
        char *keys = outline_grown(o->keys, &o->keys_size, o->n_keys + more, 1);

        if (!keys)
                return refuse_memory(err);
        o->keys = keys;
        return 0;
}

static int node_add(struct reading *r, struct place at, bool parent) {
        struct outline *o = r->o;
        struct level *in = r->depth ? &r->levels[r->depth - 1] : NULL;
        uint32_t self = (uint32_t)o->n_nodes;
        struct outline_node *nodes = outline_grown(o->nodes, &o->nodes_size, o->n_nodes + 1, sizeof *o->nodes);

        if (!nodes)
                return refuse_memory(r->err);
        o->nodes = nodes;
        o->nodes[o->n_nodes++] = (struct outline_node){ .line = at.line,
                                                        .column = at.column,
                                                        .parent = parent,
                                                        .key = r->key,
                                                        .key_line = r->key_at.line,
                                                        .key_column = r->key_at.column };
        r->key = 0;
        if (in && in->last)
                o->nodes[in->last].next = self;
        if (in)
                in->last = self;
        return 0;
}

static bool key_is_there(const struct reading *r, const struct level *in, const char *key) {
        uint32_t last = in->last;

        for (uint32_t n = last ? in->node + 1 : 0; n; n = r->o->nodes[n].next)
                if (strcmp(r->o->keys + r->o->nodes[n].key, key) == 0)
                        return true;
        return false;
}

static int key_add(struct reading *r, const yaml_event_t *e, struct place at) {
        struct level *in = &r->levels[r->depth - 1];
        const char *key = (const char *)e->data.scalar.value;
        size_t n = e->data.scalar.length + 1;

        if (key_is_there(r, in, key))
                return refuse_at(r->err, at, "項目「%s」が二つあります", "key '%s' stands here twice", shown(key).text);
        if (++in->n_keys > OUTLINE_KEYS)
                return refuse_at(r->err, at, "一か所に書ける項目は %d 個までです", "more than %d keys in one mapping",
                                 OUTLINE_KEYS);
        if (keys_grow(r->o, n, r->err) < 0)
                return -ENOMEM;
        memcpy(r->o->keys + r->o->n_keys, key, n);
        r->key = (uint32_t)r->o->n_keys;
        r->key_at = at;
        r->o->n_keys += n;
        return 0;
}

/* In a mapping, and no key is waiting for its value: what comes now is a key. */
static bool expects_key(const struct reading *r) {
        return r->depth && r->levels[r->depth - 1].mapping && r->key == 0;
}

static int on_scalar(struct reading *r, const yaml_event_t *e, struct place at) {
        const struct phrase *fault = value_fault((const char *)e->data.scalar.value, e->data.scalar.length);

        if (e->data.scalar.anchor)
                return refuse_at(r->err, at, "YAML のアンカー（&）は使えません", "anchors are not allowed");
        if (e->data.scalar.tag)
                return refuse_at(r->err, at, "YAML のタグ（!）は使えません", "tags are not allowed");
        if (fault)
                return refuse_at(r->err, at, "値に" IN_JA, "the text holds " IN_EN, PHRASE(fault));
        return expects_key(r) ? key_add(r, e, at) : node_add(r, at, false);
}

static int level_open(struct reading *r, bool mapping, bool anchor, bool tag, struct place at) {
        int error;

        if (anchor)
                return refuse_at(r->err, at, "YAML のアンカー（&）は使えません", "anchors are not allowed");
        if (tag)
                return refuse_at(r->err, at, "YAML のタグ（!）は使えません", "tags are not allowed");
        if (expects_key(r))
                return refuse_at(r->err, at, "項目の名前が文字ではありません", "a key must be text");
        if (r->depth == OUTLINE_DEPTH)
                return refuse_at(r->err, at, "入れ子は %d 段までです", "nested deeper than %d", OUTLINE_DEPTH);
        error = node_add(r, at, true);
        if (error < 0)
                return error;
        r->levels[r->depth++] = (struct level){ .node = (uint32_t)r->o->n_nodes - 1, .mapping = mapping };
        return 0;
}

static int on_sequence(struct reading *r, const yaml_event_t *e, struct place at) {
        return level_open(r, false, e->data.sequence_start.anchor, e->data.sequence_start.tag, at);
}

static int on_mapping(struct reading *r, const yaml_event_t *e, struct place at) {
        return level_open(r, true, e->data.mapping_start.anchor, e->data.mapping_start.tag, at);
}

static int on_end(struct reading *r, const yaml_event_t *e, struct place at) {
        const struct level *level = &r->levels[--r->depth];

        (void)e;
        (void)at;
        r->o->nodes[level->node].parent = level->last != 0;
        return 0;
}

static int on_document(struct reading *r, const yaml_event_t *e, struct place at) {
        if (e->data.document_start.version_directive
            || e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
                return refuse_at(r->err, at, "YAML の指示（%%）は使えません", "directives are not allowed");
        return ++r->documents > 1
                       ? refuse_at(r->err, at, "文書が二つあります（--- で区切れません）", "a second document")
                       : 0;
}

static int on_alias(struct reading *r, const yaml_event_t *e, struct place at) {
        (void)e;
        return refuse_at(r->err, at, "YAML のエイリアス（*）は使えません。* で始まる値は引用符で囲みます",
                         "aliases are not allowed; a value that begins with * wants quotes");
}

static int (*const on_event[])(struct reading *, const yaml_event_t *, struct place) = {
        [YAML_DOCUMENT_START_EVENT] = on_document, [YAML_ALIAS_EVENT] = on_alias,
        [YAML_SCALAR_EVENT] = on_scalar,           [YAML_SEQUENCE_START_EVENT] = on_sequence,
        [YAML_SEQUENCE_END_EVENT] = on_end,        [YAML_MAPPING_START_EVENT] = on_mapping,
        [YAML_MAPPING_END_EVENT] = on_end,
};

/* The beginnings of libyaml's messages for the commonest mistakes. */
static const struct phrase problems[] = {
        { "「:」の前後か、字下げが正しくありません", "mapping values are not allowed" },
        { "「:」がないか、「:」のあとに空白がないか、字下げがそろっていません", "could not find expected ':'" },
        { "字下げがそろっていません", "did not find expected key" },
        { "字下げがそろっていません", "did not find expected '-' indicator" },
        { "ここに「- 」は書けません。字下げを確かめてください", "block sequence entries are not allowed" },
        { "「,」か「]」がありません", "did not find expected ',' or ']'" },
        { "「,」か「}」がありません", "did not find expected ',' or '}'" },
        { "引用符が閉じていません", "found unexpected end of stream" },
        { "値の始めに使えない文字です。引用符で囲みます", "found character that cannot start any token" },
        { "「\\」のあとに使えない文字があります", "found unknown escape character" },
        { "値がありません", "did not find expected node content" },
};

static int problem_say(struct err *err, struct place at, const char *problem) {
        for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
                if (strncmp(problem, problems[i].en, strlen(problems[i].en)) == 0)
                        return refuse_at(err, at, "%s（%s）", IN_EN, problems[i].ja, problem);
        return refuse_at(err, at, "YAML として読めません（%s）", "this is not YAML: %s", problem);
}

/* The line that libyaml reports is often the one behind the mistake. */
static int parser_failed(const yaml_parser_t *parser, struct bytes text, struct err *err) {
        struct place at = place_of(parser->problem_mark);
        unsigned first = parser->context ? (unsigned)parser->context_mark.line + 1 : at.line;
        struct misfit m;

        if (parser->error == YAML_MEMORY_ERROR)
                return refuse_memory(err);
        if (misfit_in_lines(text, first, at.line, &m))
                return misfit_refuse(err, &m);
        if (parser->context && strcmp(parser->context, "while scanning a simple key") == 0)
                at = place_of(parser->context_mark); /* the broken key began there; the next key only reveals it */
        return problem_say(err, at, parser->problem ? parser->problem : "?");
}

static int events_read(struct reading *r, struct bytes text, yaml_parser_t *parser) {
        yaml_event_type_t type;
        yaml_event_t event;
        int error = 0;

        do {
                if (!yaml_parser_parse(parser, &event))
                        return parser_failed(parser, text, r->err);
                type = event.type;
                if (type < sizeof on_event / sizeof *on_event && on_event[type])
                        error = on_event[type](r, &event, place_of(event.start_mark));
                yaml_event_delete(&event);
        } while (error == 0 && type != YAML_STREAM_END_EVENT);
        return error;
}

static int text_read(struct reading *r, struct bytes text) {
        yaml_parser_t parser;
        int error;

        if (keys_grow(r->o, 1, r->err) < 0 || !yaml_parser_initialize(&parser))
                return refuse_memory(r->err);
        r->o->keys[r->o->n_keys++] = '\0'; /* offset 0 is "no key" */
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser, text.at, text.left);
        error = events_read(r, text, &parser);
        yaml_parser_delete(&parser);
        return error;
}

static int refuse_root(struct err *err, struct bytes text, struct place at) {
        struct misfit m;

        if (misfit_in_lines(text, at.line, at.line, &m))
                return misfit_refuse(err, &m);
        return refuse_at(err, at, "ポリシーは「項目: 値」の並びです", "a policy is a mapping");
}

int outline_read(struct bytes text, struct outline **ret, struct err *err) {
        auto_outline o = calloc(1, sizeof *o);
        struct reading r = { .err = err };
        int error;

        if (!o)
                return refuse_memory(err);
        r.o = o;
        error = text_check(text, err);
        if (error == 0)
                error = text_read(&r, text);
        if (error < 0)
                return error;
        if (o->n_nodes == 0)
                return refuse_at(err, (struct place){ 1, 1 }, "ポリシーが空です", "the policy is empty");
        if (!o->nodes[NODE_ROOT].parent || o->nodes[1].key == 0)
                return refuse_root(err, text, outline_place(o, NODE_ROOT));
        *ret = TAKE(o);
        return 0;
}

uint32_t outline_first(const struct outline *o, uint32_t node) {
        return node < o->n_nodes && o->nodes[node].parent ? node + 1 : NODE_NONE;
}

uint32_t outline_next(const struct outline *o, uint32_t node) {
        return node < o->n_nodes && o->nodes[node].next ? o->nodes[node].next : NODE_NONE;
}

uint32_t outline_key(const struct outline *o, uint32_t mapping, const char *key) {
        uint32_t n = outline_first(o, mapping);

        while (n != NODE_NONE && strcmp(o->keys + o->nodes[n].key, key) != 0)
                n = outline_next(o, n);
        return n;
}

struct place outline_place(const struct outline *o, uint32_t node) {
        if (node >= o->n_nodes)
                return (struct place){ 1, 1 };
        return (struct place){ o->nodes[node].line, o->nodes[node].column };
}

struct place outline_key_place(const struct outline *o, uint32_t node) {
        if (node >= o->n_nodes || !o->nodes[node].key)
                return outline_place(o, node);
        return (struct place){ o->nodes[node].key_line, o->nodes[node].key_column };
}

struct place outline_key_after(const struct outline *o, struct place from, const char *key) {
        for (size_t i = 0; i < o->n_nodes; i++) {
                const struct outline_node *n = &o->nodes[i];
                bool after = n->key_line > from.line || (n->key_line == from.line && n->key_column >= from.column);

                if (n->key && after && strcmp(o->keys + n->key, key) == 0)
                        return (struct place){ n->key_line, n->key_column };
        }
        return from;
}

void outline_free(struct outline *o) {
        if (!o)
                return;
        free(o->nodes);
        free(o->keys);
        free(o);
}
