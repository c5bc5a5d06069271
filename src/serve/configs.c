/* Lists, saves and deletes configurations for the pages. */
#include "serve/configs.h"

#include "base/emit.h"
#include "options/settings.h"

enum { NAME_MOST = 1000 };

struct configs_entry {
    str name, query;
};

void configs_write(struct arena *a, str raw, const struct options *current, struct sink *out) {
    struct settings saved = {NULL, 0};
    struct options defaults;
    struct err why = {0};
    struct query query = query_parse(a, raw);
    str path;
    bool ok = settings_path(a, &path, &why) && settings_read(a, path, current, &saved, &why);
    struct configs_entry *entry = ARENA_ARRAY(a, struct configs_entry, (size_t)saved.n + 1);
    uint32_t last = UINT32_MAX; /* the last one that says what the page shows */
    options_defaults(&defaults);
    for (uint32_t i = 0; i <= saved.n; i++) {
        bool changed;
        entry[i].name = i ? saved.at[i - 1].name : STR("Default");
        entry[i].query = query_with_options(a, &query, i ? &saved.at[i - 1].options : &defaults, &changed);
        if (changed) continue;
        entry[i].query = raw;
        last = i;
    }
    struct emit_json j = {.out = out};
    emit_open(&j, NULL, '{');
    emit_open(&j, "configs", '[');
    for (uint32_t i = 0; i <= saved.n; i++) {
        struct emit_json row = emit_open_line(&j);
        emit_str(&row, "name", entry[i].name);
        emit_str(&row, "url", str_join(a, (str[]){STR("?"), entry[i].query}, 2, STR_EMPTY));
        emit_bool(&row, "current", i == last);
        emit_bool(&row, "user", i > 0);
        emit_close_line(&j);
    }
    emit_close(&j, ']');
    if (ok)
        emit_null(&j, "error");
    else
        emit_str(&j, "error", str_from(err_text(&why)));
    emit_close(&j, '}');
    emit_end(&j);
    err_clear(&why);
}

bool configs_save(struct arena *a, str name, str raw, const struct options *current, struct err *e) {
    struct query query = query_parse(a, raw);
    struct options o = *current;
    str path;
    if (!name.len || name.len > NAME_MOST) return err_set(e, "invalid config name");
    return query_apply(&query, &o, e) && settings_path(a, &path, e) && settings_save(path, name, &o, e);
}

bool configs_delete(struct arena *a, str name, struct err *e) {
    str path;
    return settings_path(a, &path, e) && settings_delete(path, name, e);
}
