/* SPDX-License-Identifier: MIT */
/* xml.h — a file of XML as a tree (libxml2): no DTD, no entity of its own, nothing from elsewhere. */
#pragma once

#include "seeds/reading.h"

#include <libxml/tree.h>

/* What libraries load or look up once: while they still may. */
void xml_prepare(void);

/* Does the text begin as XML does? Then r->xml is its tree, unless xml_is_refused(). */
bool xml_is(struct seeds_reading *r);

/* It has a DTD, or is no XML: xml_refuse() says which. */
bool xml_is_refused(const struct seeds_reading *r);
void xml_refuse(struct seeds_reading *r);

/* The root's name, and namespace where `space` is not NULL. */
bool xml_root_is(const struct seeds_reading *r, const char *name, const char *space);

/* Elements by their local name; NULL: there is none. `after`: the one before it, or NULL. */
xmlNode *xml_child(const xmlNode *of, const char *name, const xmlNode *after);
xmlNode *xml_path(xmlNode *of, const char *const *names); /* the first child of that name, and its, …; NULL ends it */
xmlNode *xml_next(xmlNode *within, const xmlNode *after, const char *name); /* anywhere beneath, in the file's order */
uint32_t xml_line(const xmlNode *n);

/* The text within an element or an attribute, without blanks around it. False: none, or too long. */
bool xml_text(const xmlNode *of, char *to, size_t size);
bool xml_attribute(const xmlNode *of, const char *name, char *to, size_t size);

/* Any XML that no other format recognises. */
void xml_refuse_unknown(struct seeds_reading *r);
