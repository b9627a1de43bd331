/* SPDX-License-Identifier: MIT */
/* xml.c — see xml.h. A text with "<!DOCTYPE" in it is never given to the parser. */
#include "seeds/xml.h"

#include "base/secret.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <stdio.h>

/* libxml2 quotes the text around an error on stderr, and libpskc lets it: that may be a secret. */
static void xml_hear_nothing(void *ctx, xmlError *error) {
        (void)ctx, (void)error;
}

void xml_prepare(void) {
        xmlInitParser();
        xmlSetStructuredErrorFunc(NULL, xml_hear_nothing);
}

static bool xml_begins(struct bytes text) {
        while (text.left && isspace(text.at[0]))
                (void)bytes_take(&text, 1);
        return text.left && text.at[0] == '<';
}

static bool xml_has_dtd(struct bytes text) {
        return text.left && memmem(text.at, text.left, "<!DOCTYPE", 9);
}

bool xml_is(struct seeds_reading *r) {
        struct bytes text = r->text.text;

        if (r->text.encoding == ENCODING_NONE || !xml_begins(text))
                return false;
        if (!r->xml && !xml_has_dtd(text))
                r->xml = xmlReadMemory((const char *)text.at, (int)text.left, NULL, "UTF-8",
                                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES
                                               | XML_PARSE_NOCDATA);
        return true;
}

bool xml_is_refused(const struct seeds_reading *r) {
        return xml_is((struct seeds_reading *)(uintptr_t)r) && !r->xml;
}

void xml_refuse(struct seeds_reading *r) {
        const xmlError *error = xmlGetLastError();
        uint32_t line = error && error->line > 0 ? (uint32_t)error->line : 0;

        if (xml_has_dtd(r->text.text))
                reading_refuse(r, 0, 0, "DOCTYPE（DTD）のある XML は読みません",
                               "XML with a DOCTYPE (DTD) is not read");
        else
                reading_refuse(r, line, line && error->int2 > 0 ? (uint32_t)error->int2 : 1,
                               "XML として正しくありません", "it is no sound XML");
}

static bool xml_named(const xmlNode *n, const char *name) {
        return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

bool xml_root_is(const struct seeds_reading *r, const char *name, const char *space) {
        const xmlNode *root = r->xml ? xmlDocGetRootElement(r->xml) : NULL;

        if (!root || !xml_named(root, name))
                return false;
        return !space || (root->ns && root->ns->href && strcmp((const char *)root->ns->href, space) == 0);
}

xmlNode *xml_child(const xmlNode *of, const char *name, const xmlNode *after) {
        xmlNode *n = !of ? NULL : after ? after->next : of->children;

        while (n && !xml_named(n, name))
                n = n->next;
        return n;
}

xmlNode *xml_path(xmlNode *of, const char *const *names) {
        for (; of && *names; names++)
                of = xml_child(of, *names, NULL);
        return of;
}

/* The one behind `n`, without what is beneath it where `down` is false; NULL at the end of `within`. */
static xmlNode *xml_step(xmlNode *within, xmlNode *n, bool down) {
        if (down && n->children)
                return n->children;
        while (n != within && !n->next)
                n = n->parent;
        return n == within ? NULL : n->next;
}

xmlNode *xml_next(xmlNode *within, const xmlNode *after, const char *name) {
        xmlNode *n = xml_step(within, after ? (xmlNode *)(uintptr_t)after : within, true);

        while (n && !xml_named(n, name))
                n = xml_step(within, n, n->type == XML_ELEMENT_NODE);
        return n;
}

uint32_t xml_line(const xmlNode *n) {
        long line = n ? xmlGetLineNo(n) : 0;

        /* An element knows its line up to 65535, a text knows where it ends. */
        if (line >= UINT16_MAX && n->prev && n->prev->type == XML_TEXT_NODE)
                line = xmlGetLineNo(n->prev);
        return line > 0 ? (uint32_t)line : 0;
}

/* Takes over what libxml2 gave, and wipes it. */
static bool xml_trim(xmlChar *text, char *to, size_t size) {
        const char *from = text ? (const char *)text : "";
        size_t n;

        from += strspn(from, " \t\r\n");
        n = strlen(from);
        while (n && isspace((unsigned char)from[n - 1]))
                n--;
        to[0] = '\0';
        if (n && n < size) {
                memcpy(to, from, n);
                to[n] = '\0';
        }
        if (text)
                secret_wipe(text, strlen((const char *)text));
        xmlFree(text);
        return to[0] != '\0';
}

bool xml_text(const xmlNode *of, char *to, size_t size) {
        return xml_trim(of ? xmlNodeGetContent(of) : NULL, to, size);
}

bool xml_attribute(const xmlNode *of, const char *name, char *to, size_t size) {
        return xml_trim(of ? xmlGetNoNsProp(of, (const xmlChar *)name) : NULL, to, size);
}

void xml_refuse_unknown(struct seeds_reading *r) {
        const xmlNode *root = xmlDocGetRootElement(r->xml);

        reading_refuse(
                r, xml_line(root), 1,
                "トークンの XML として知られている形（PSKC、SafeNet）ではありません（<%.40s>）。"
                "メーカーに PSKC（RFC 6030）か CSV を頼んでください",
                "<%.40s> is none of the known kinds of XML (PSKC, SafeNet): ask the maker for PSKC (RFC 6030) or CSV",
                (const char *)root->name);
}
