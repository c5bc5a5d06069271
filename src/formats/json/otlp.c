/* OTLP profiles in JSON: a document is a message, and documents may follow each other. 64-bit numbers may be strings.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "formats/json/kinds.h"
#include "formats/json/walk.h"
#include "formats/otlp/otlp.h"

enum otlp_place {
    DOCUMENT = JSON_PLACE_DOCUMENT,
    RESOURCES,
    RESOURCE_PROFILES,
    RESOURCE,
    RESOURCE_ATTRIBUTES,
    RESOURCE_ATTRIBUTE,
    SCOPES,
    SCOPE,
    PROFILES,
    PROFILE,
    SAMPLE_TYPE,
    PERIOD_TYPE,
    TYPE_TYPE,
    TYPE_UNIT,
    PROFILE_TIME,
    PROFILE_DURATION,
    PROFILE_PERIOD,
    PROFILE_ATTRIBUTES,
    SAMPLES,
    SAMPLE,
    SAMPLE_STACK,
    SAMPLE_LINK,
    SAMPLE_ATTRIBUTES,
    SAMPLE_VALUES,
    SAMPLE_TIMES,
    SAMPLE_TIME,
    DICTIONARY,
    MAPPINGS,
    MAPPING,
    MAPPING_START,
    MAPPING_LIMIT,
    MAPPING_OFFSET,
    MAPPING_FILE,
    MAPPING_ATTRIBUTES,
    LOCATIONS,
    LOCATION,
    LOCATION_MAPPING,
    LOCATION_ADDRESS,
    LINES,
    LINE,
    LINE_FUNCTION,
    LINE_LINE,
    LINE_COLUMN,
    FUNCTIONS,
    FUNCTION,
    FUNCTION_NAME,
    FUNCTION_SYSTEM_NAME,
    FUNCTION_FILE,
    FUNCTION_START,
    LINKS,
    LINK,
    LINK_TRACE,
    LINK_SPAN,
    STRINGS,
    STRING,
    ATTRIBUTES,
    ATTRIBUTE,
    KEY_TEXT,
    KEY,
    UNIT,
    VALUE,
    VALUE_TEXT,
    VALUE_STRING,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_DOUBLE,
    STACKS,
    STACK,
    STACK_LOCATIONS,
    INDEX, /* an element of any list of numbers */
    OLD,   /* members of older layouts only */
};

static const struct json_step steps[] = {
    {DOCUMENT, "resourceProfiles", RESOURCES},
    {DOCUMENT, "dictionary", DICTIONARY},
    {RESOURCES, NULL, RESOURCE_PROFILES},
    {RESOURCE_PROFILES, "resource", RESOURCE},
    {RESOURCE_PROFILES, "scopeProfiles", SCOPES},
    {RESOURCE, "attributes", RESOURCE_ATTRIBUTES},
    {RESOURCE_ATTRIBUTES, NULL, RESOURCE_ATTRIBUTE},
    {RESOURCE_ATTRIBUTE, "key", KEY_TEXT},
    {RESOURCE_ATTRIBUTE, "keyStrindex", KEY},
    {RESOURCE_ATTRIBUTE, "value", VALUE},
    {SCOPES, NULL, SCOPE},
    {SCOPE, "profiles", PROFILES},
    {PROFILES, NULL, PROFILE},
    {PROFILE, "sampleType", SAMPLE_TYPE},
    {PROFILE, "periodType", PERIOD_TYPE},
    {PROFILE, "samples", SAMPLES},
    {PROFILE, "timeUnixNano", PROFILE_TIME},
    {PROFILE, "durationNano", PROFILE_DURATION},
    {PROFILE, "period", PROFILE_PERIOD},
    {PROFILE, "attributeIndices", PROFILE_ATTRIBUTES},
    {PROFILE, "locationIndices", OLD},
    {PROFILE, "sample", SAMPLES}, /* 1.8 */
    {PROFILE, "profile", OLD},
    {PROFILE_ATTRIBUTES, NULL, INDEX},
    {SAMPLE_TYPE, "typeStrindex", TYPE_TYPE},
    {SAMPLE_TYPE, "unitStrindex", TYPE_UNIT},
    {PERIOD_TYPE, "typeStrindex", TYPE_TYPE},
    {PERIOD_TYPE, "unitStrindex", TYPE_UNIT},
    {SAMPLES, NULL, SAMPLE},
    {SAMPLE, "stackIndex", SAMPLE_STACK},
    {SAMPLE, "linkIndex", SAMPLE_LINK},
    {SAMPLE, "attributeIndices", SAMPLE_ATTRIBUTES},
    {SAMPLE, "values", SAMPLE_VALUES},
    {SAMPLE, "timestampsUnixNano", SAMPLE_TIMES},
    {SAMPLE, "locationsStartIndex", OLD},
    {SAMPLE, "locationsLength", OLD},
    {SAMPLE, "value", OLD},
    {SAMPLE_ATTRIBUTES, NULL, INDEX},
    {SAMPLE_VALUES, NULL, INDEX},
    {SAMPLE_TIMES, NULL, SAMPLE_TIME},
    {DICTIONARY, "mappingTable", MAPPINGS},
    {DICTIONARY, "locationTable", LOCATIONS},
    {DICTIONARY, "functionTable", FUNCTIONS},
    {DICTIONARY, "linkTable", LINKS},
    {DICTIONARY, "stringTable", STRINGS},
    {DICTIONARY, "attributeTable", ATTRIBUTES},
    {DICTIONARY, "stackTable", STACKS},
    {MAPPINGS, NULL, MAPPING},
    {MAPPING, "memoryStart", MAPPING_START},
    {MAPPING, "memoryLimit", MAPPING_LIMIT},
    {MAPPING, "fileOffset", MAPPING_OFFSET},
    {MAPPING, "filenameStrindex", MAPPING_FILE},
    {MAPPING, "attributeIndices", MAPPING_ATTRIBUTES},
    {MAPPING_ATTRIBUTES, NULL, INDEX},
    {LOCATIONS, NULL, LOCATION},
    {LOCATION, "mappingIndex", LOCATION_MAPPING},
    {LOCATION, "address", LOCATION_ADDRESS},
    {LOCATION, "lines", LINES},
    {LOCATION, "line", LINES}, /* 1.8 */
    {LINES, NULL, LINE},
    {LINE, "functionIndex", LINE_FUNCTION},
    {LINE, "line", LINE_LINE},
    {LINE, "column", LINE_COLUMN},
    {FUNCTIONS, NULL, FUNCTION},
    {FUNCTION, "nameStrindex", FUNCTION_NAME},
    {FUNCTION, "systemNameStrindex", FUNCTION_SYSTEM_NAME},
    {FUNCTION, "filenameStrindex", FUNCTION_FILE},
    {FUNCTION, "startLine", FUNCTION_START},
    {LINKS, NULL, LINK},
    {LINK, "traceId", LINK_TRACE},
    {LINK, "spanId", LINK_SPAN},
    {STRINGS, NULL, STRING},
    {ATTRIBUTES, NULL, ATTRIBUTE},
    {ATTRIBUTE, "key", KEY_TEXT},
    {ATTRIBUTE, "keyStrindex", KEY},
    {ATTRIBUTE, "unitStrindex", UNIT},
    {ATTRIBUTE, "value", VALUE},
    {VALUE, "stringValue", VALUE_TEXT},
    {VALUE, "stringValueStrindex", VALUE_STRING},
    {VALUE, "boolValue", VALUE_BOOL},
    {VALUE, "intValue", VALUE_INT},
    {VALUE, "doubleValue", VALUE_DOUBLE},
    {STACKS, NULL, STACK},
    {STACK, "locationIndices", STACK_LOCATIONS},
    {STACK_LOCATIONS, NULL, INDEX},
};

struct otlp_json {
    struct otlp otlp;
    struct json_walk walk;
    /* the elements that are being read */
    struct otlp_mapping mapping;
    struct otlp_location location;
    struct otlp_line line;
    struct otlp_function function;
    struct otlp_link link;
    struct otlp_attribute attribute;
    struct otlp_sample sample;
    struct otlp_profile profile;
    struct otlp_slice stack;
    struct otlp_type type;
    struct otlp_slice list; /* of numbers */
};

static bool is_old(struct err *e) {
    return err_set(e, "it is OTLP in a layout before 1.8 of its protocol: write it with a newer collector");
}

static bool open_place(void *context, int place, enum json_kind kind, struct err *e) {
    struct otlp_json *o = context;
    struct otlp_message *m = &o->otlp.message;
    if (place == OLD) return is_old(e);
    bool is_list = place == RESOURCES || place == RESOURCE_ATTRIBUTES || place == SCOPES || place == PROFILES ||
                   place == PROFILE_ATTRIBUTES || place == SAMPLES || place == SAMPLE_ATTRIBUTES ||
                   place == SAMPLE_VALUES || place == SAMPLE_TIMES || place == MAPPINGS ||
                   place == MAPPING_ATTRIBUTES || place == LOCATIONS || place == LINES || place == FUNCTIONS ||
                   place == LINKS || place == STRINGS || place == ATTRIBUTES || place == STACKS ||
                   place == STACK_LOCATIONS;
    if (is_list != (kind == JSON_LIST)) return err_set(e, "this is not as in OTLP");
    switch (place) {
    case RESOURCE_PROFILES: *VEC_PUSH(&m->arena, &m->resources) = (struct otlp_resource){0}; break;
    case PROFILE:
        o->profile =
            (struct otlp_profile){.resource = (uint32_t)m->resources.n - 1, .first_sample = (uint32_t)m->samples.n};
        break;
    case SAMPLE: o->sample = (struct otlp_sample){0}; break;
    case SAMPLE_TYPE:
    case PERIOD_TYPE: o->type = (struct otlp_type){0}; break;
    case MAPPING: o->mapping = (struct otlp_mapping){0}; break;
    case LOCATION: o->location = (struct otlp_location){.first_line = (uint32_t)m->lines.n}; break;
    case LINE: o->line = (struct otlp_line){0}; break;
    case FUNCTION: o->function = (struct otlp_function){0}; break;
    case LINK: o->link = (struct otlp_link){STR_EMPTY, STR_EMPTY}; break;
    case RESOURCE_ATTRIBUTE:
    case ATTRIBUTE: o->attribute = (struct otlp_attribute){.key_text = STR_EMPTY, .text = STR_EMPTY}; break;
    case STACK: o->stack = (struct otlp_slice){0}; break;
    case PROFILE_ATTRIBUTES:
    case SAMPLE_ATTRIBUTES:
    case SAMPLE_VALUES:
    case MAPPING_ATTRIBUTES:
    case STACK_LOCATIONS: o->list = (struct otlp_slice){(uint32_t)m->indices.n, 0}; break;
    default: break;
    }
    return true;
}

static bool close_place(void *context, int place, struct err *e) {
    struct otlp_json *o = context;
    struct otlp_message *m = &o->otlp.message;
    o->list.n = (uint32_t)m->indices.n - o->list.first;
    switch (place) {
    case DOCUMENT: return otlp_add_message(&o->otlp, e);
    case PROFILE:
        o->profile.n_samples = (uint32_t)m->samples.n - o->profile.first_sample;
        *VEC_PUSH(&m->arena, &m->profiles) = o->profile;
        break;
    case SAMPLE: *VEC_PUSH(&m->arena, &m->samples) = o->sample; break;
    case SAMPLE_TYPE: o->profile.type = o->type; break;
    case PERIOD_TYPE: o->profile.period_type = o->type; break;
    case MAPPING: *VEC_PUSH(&m->arena, &m->mappings) = o->mapping; break;
    case LOCATION:
        o->location.n_lines = (uint32_t)m->lines.n - o->location.first_line;
        *VEC_PUSH(&m->arena, &m->locations) = o->location;
        break;
    case LINE: *VEC_PUSH(&m->arena, &m->lines) = o->line; break;
    case FUNCTION: *VEC_PUSH(&m->arena, &m->functions) = o->function; break;
    case LINK: *VEC_PUSH(&m->arena, &m->links) = o->link; break;
    case ATTRIBUTE: *VEC_PUSH(&m->arena, &m->attributes) = o->attribute; break;
    case RESOURCE_ATTRIBUTE:
        *VEC_PUSH(&m->arena, &m->resources.at[m->resources.n - 1].attributes) = o->attribute;
        break;
    case STACK: *VEC_PUSH(&m->arena, &m->stacks) = o->stack; break;
    case PROFILE_ATTRIBUTES: o->profile.attributes = o->list; break;
    case SAMPLE_ATTRIBUTES: o->sample.attributes = o->list; break;
    case SAMPLE_VALUES: o->sample.values = o->list; break;
    case MAPPING_ATTRIBUTES: o->mapping.attributes = o->list; break;
    case STACK_LOCATIONS: o->stack = o->list; break;
    default: break;
    }
    return true;
}

/* The variable for the number at a place. */
static int64_t *number_of(struct otlp_json *o, int place) {
    switch (place) {
    case TYPE_TYPE: return &o->type.type;
    case TYPE_UNIT: return &o->type.unit;
    case PROFILE_TIME: return &o->profile.time;
    case PROFILE_DURATION: return &o->profile.duration;
    case PROFILE_PERIOD: return &o->profile.period;
    case SAMPLE_STACK: return &o->sample.stack;
    case SAMPLE_LINK: return &o->sample.link;
    case MAPPING_START: return &o->mapping.start;
    case MAPPING_LIMIT: return &o->mapping.limit;
    case MAPPING_OFFSET: return &o->mapping.offset;
    case MAPPING_FILE: return &o->mapping.file;
    case LOCATION_MAPPING: return &o->location.mapping;
    case LOCATION_ADDRESS: return &o->location.address;
    case LINE_FUNCTION: return &o->line.function;
    case LINE_LINE: return &o->line.line;
    case LINE_COLUMN: return &o->line.column;
    case FUNCTION_NAME: return &o->function.name;
    case FUNCTION_SYSTEM_NAME: return &o->function.system_name;
    case FUNCTION_FILE: return &o->function.file;
    case FUNCTION_START: return &o->function.start_line;
    case KEY: return &o->attribute.key;
    case UNIT: return &o->attribute.unit;
    case VALUE_STRING:
    case VALUE_INT: return &o->attribute.number;
    case INDEX: return VEC_PUSH(&o->otlp.message.arena, &o->otlp.message.indices);
    default: return NULL;
    }
}

/* Reads a number, or a string with a number; addresses may need 64 bits. */
static bool read_number(int place, enum json_kind kind, str text, int64_t *out, struct err *e) {
    bool is_address =
        place == MAPPING_START || place == MAPPING_LIMIT || place == MAPPING_OFFSET || place == LOCATION_ADDRESS;
    if (kind == JSON_STRING) kind = JSON_NUMBER;
    if (is_address && kind == JSON_NUMBER && text.len && text.len <= 20) {
        uint64_t v = 0;
        bool ok = true;
        for (size_t i = 0; i < text.len && ok; i++) {
            char c = text.ptr[i];
            ok = c >= '0' && c <= '9' && !__builtin_mul_overflow(v, 10u, &v) &&
                 !__builtin_add_overflow(v, (unsigned)(c - '0'), &v);
        }
        *out = (int64_t)v;
        if (ok) return true;
    }
    return json_walk_int(kind, text, "a number", out, e);
}

static bool read_value(void *context, int place, enum json_kind kind, str text, struct err *e) {
    struct otlp_json *o = context;
    struct otlp_message *m = &o->otlp.message;
    struct otlp_attribute *x = &o->attribute;
    if (kind == JSON_NULL) return place != STRING && place != INDEX ? true : err_set(e, "this is not as in OTLP");
    if (place == OLD) return is_old(e);
    switch (place) {
    case STRING: *VEC_PUSH(&m->arena, &m->strings) = str_copy(&m->arena, text); return true;
    case KEY_TEXT: x->key_text = str_copy(&m->arena, text); return true;
    case LINK_TRACE: o->link.trace = str_lower(&m->arena, text); return true;
    case LINK_SPAN: o->link.span = str_lower(&m->arena, text); return true;
    case SAMPLE_TIME: o->sample.n_times++; return true;
    case VALUE_TEXT:
        x->kind = OTLP_TEXT;
        x->text = str_copy(&m->arena, text);
        return true;
    case VALUE_BOOL:
        x->kind = OTLP_BOOL;
        x->number = str_equal(text, STR("true"));
        return true;
    case VALUE_DOUBLE:
        x->kind = OTLP_DOUBLE;
        x->real = json_double(text); /* "NaN" and "Infinity" are strings */
        return true;
    case VALUE_STRING: x->kind = OTLP_STRING; break;
    case VALUE_INT: x->kind = OTLP_INT; break;
    default: break;
    }
    int64_t *number = number_of(o, place);
    return number ? read_number(place, kind, text, number, e) : err_set(e, "this is not as in OTLP");
}

static const struct json_plan plan = {steps, sizeof steps / sizeof *steps, open_place, read_value, close_place};

static void *otlp_begin(struct arena *a, const struct load_options *options) {
    struct otlp_json *o = memory_zero(1, sizeof *o);
    otlp_init(&o->otlp, a, options);
    json_walk_start(&o->walk, &plan, o);
    return o;
}

static bool otlp_event(void *reader, enum json_kind kind, str text, struct err *e) {
    struct otlp_json *o = reader;
    if (!json_walk_event(&o->walk, kind, text, e)) return false;
    if (o->walk.levels.n) return true;
    json_walk_release(&o->walk); /* for the next document */
    json_walk_start(&o->walk, &plan, o);
    return true;
}

static bool otlp_json_finish(void *reader, struct profile *out, struct err *e) {
    return otlp_finish(&((struct otlp_json *)reader)->otlp, out, e);
}

static void otlp_end(void *reader) {
    struct otlp_json *o = reader;
    json_walk_release(&o->walk);
    otlp_release(&o->otlp);
    free(o);
}

const struct json_reader json_reader_otlp = {true, otlp_begin, otlp_event, otlp_json_finish, otlp_end};
