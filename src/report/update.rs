//! Updates and the state of instances, for people and for programs. Values that look like secrets are masked.
//!
//! Must not know how an update is worked out.

use serde_json::{Value as Json, json};

use crate::{
    blueprint::{
        Layout, Locked,
        update::{FileConflict, State, Update},
    },
    change::FileChange,
    manifest::redact::{mask, secrets},
    path::RepoPath,
    source::SourceView,
    text::SourceText,
    yaml::merge3::{Conflict, Excerpt},
};

/// What happens to a file.
fn verb(view: &dyn SourceView, path: &RepoPath, change: &FileChange) -> &'static str {
    match (change, view.kind(path)) {
        (FileChange::Remove, _) => "removed",
        (_, Ok(Some(_))) => "changed",
        _ => "added",
    }
}

/// What an update does to an instance, in some lines.
pub fn update_text(view: &dyn SourceView, update: &Update) -> String {
    let locked = &update.locked;
    let mut out = format!("{}: {}\n", locked.name, range(update));
    let (lock, layout) = (Locked::path_in(&locked.path), locked.layout());
    for (path, change) in update.changes.files().filter(|(path, _)| **path != lock) {
        let from = layout.inside(path).and_then(|inside| update.moved.get(&inside));
        match from {
            Some(from) => out.push_str(&format!("  moved     {path} (was {from})\n")),
            None => out.push_str(&format!("  {:<9} {path}\n", verb(view, path, change))),
        }
    }
    for conflict in &update.conflicts {
        out.push_str(&conflict_text(&layout, conflict));
    }
    out
}

/// The versions of an update, such as `hub 1.0.0 -> 2.0.0`.
pub fn range(update: &Update) -> String {
    let locked = &update.locked;
    if update.from == locked.version {
        return format!("{} {}", locked.blueprint, locked.version);
    }
    format!("{} {} -> {}", locked.blueprint, update.from, locked.version)
}

/// The conflicts of a file, a line each.
pub fn conflict_text(layout: &Layout, conflict: &FileConflict) -> String {
    let path = layout.place(&conflict.path);
    let line = |place: &Conflict| {
        let side = |side: usize, excerpt: Option<&Excerpt>| match excerpt {
            None => "nothing".to_owned(),
            Some(excerpt) => {
                let text = shown(conflict, side, excerpt);
                let mut lines = text.lines();
                let first = lines.next().unwrap_or_default().trim().to_owned();
                if place.path == "/" {
                    "the file".to_owned()
                } else if lines.next().is_some() {
                    format!("{first} …")
                } else {
                    first
                }
            }
        };
        let kind = place.kind.as_str();
        let (ours, base, theirs) =
            (side(1, place.ours.as_ref()), side(0, place.base.as_ref()), side(2, place.theirs.as_ref()));
        let at = if matches!(place.path.as_str(), "" | "/") { String::new() } else { format!(" {}", place.path) };
        format!("  conflict  {path}{at} ({kind}): yours `{ours}`, before `{base}`, now `{theirs}`\n")
    };
    conflict.places.iter().map(line).collect()
}

/// The text of an excerpt, without secrets.
fn shown(conflict: &FileConflict, side: usize, excerpt: &Excerpt) -> String {
    let whole = conflict.sides.get(side).and_then(Option::as_deref).unwrap_or_default();
    // Whether something is secret may show only from the lines around it.
    let hidden = secrets(whole);
    let touches = hidden.iter().any(|span| span.start < excerpt.span.end && excerpt.span.start < span.end);
    if touches && excerpt.span.len() < whole.len() && !excerpt.text.contains('\n') {
        return "•".to_owned();
    }
    let text =
        if touches { whole.get(excerpt.span.range()).unwrap_or_default().to_owned() } else { excerpt.text.clone() };
    let masked = mask(&text, &secrets(&text)).text;
    if touches && masked == text { "•".to_owned() } else { masked }
}

/// An update as data.
pub fn update_json(view: &dyn SourceView, update: &Update) -> Json {
    let locked = &update.locked;
    let lock = Locked::path_in(&locked.path);
    let files = update.changes.files().filter(|(path, _)| **path != lock);
    let files: Vec<Json> =
        files.map(|(path, change)| json!({"path": path.as_str(), "change": verb(view, path, change)})).collect();
    let moved = update.moved.iter().map(|(to, from)| json!({"from": from.as_str(), "to": to.as_str()}));
    json!({
        "instance": locked.name,
        "path": locked.path.as_str(),
        "blueprint": locked.blueprint,
        "from": update.from,
        "to": locked.version,
        "files": files,
        "moved": moved.collect::<Vec<_>>(),
        "conflicts": update.conflicts.iter().flat_map(|conflict| conflicts_json(&locked.layout(), conflict)).collect::<Vec<_>>(),
    })
}

fn conflicts_json(layout: &Layout, conflict: &FileConflict) -> Vec<Json> {
    let path = layout.place(&conflict.path);
    let side = |side: usize, excerpt: Option<&Excerpt>| {
        let Some(excerpt) = excerpt else { return Json::Null };
        let whole = SourceText::new(conflict.sides.get(side).and_then(Option::as_deref).unwrap_or_default());
        let (start, end) = (whole.position(excerpt.span.start), whole.position(excerpt.span.end));
        json!({
            "text": shown(conflict, side, excerpt),
            "start": {"line": start.line, "column": start.column},
            "end": {"line": end.line, "column": end.column},
        })
    };
    let place = |place: &Conflict| {
        json!({
            "path": path.as_str(),
            "place": place.path,
            "kind": place.kind.as_str(),
            "base": side(0, place.base.as_ref()),
            "ours": side(1, place.ours.as_ref()),
            "theirs": side(2, place.theirs.as_ref()),
        })
    };
    conflict.places.iter().map(place).collect()
}

/// The state of an instance, in some lines.
pub fn state_text(locked: &Locked, state: &State) -> String {
    let what = match (state.is_outdated, state.has_drifted) {
        (true, _) if state.available == locked.version => "its blueprint changed without a new version".to_owned(),
        (true, _) => format!("{} is available", state.available),
        (_, true) => "the lock and its answers do not agree".to_owned(),
        _ => "up to date".to_owned(),
    };
    let mut out = format!("{} ({}): {} {}, {what}\n", locked.name, locked.path, locked.blueprint, locked.version);
    let rows: [(&str, &[RepoPath]); 5] = [
        ("edited", &state.edited),
        ("deleted", &state.deleted),
        ("added", &state.added),
        ("unresolved", &state.unresolved),
        ("not named in", &state.unregistered),
    ];
    for (word, paths) in rows {
        out.push_str(&paths.iter().map(|path| format!("  {word:<12} {path}\n")).collect::<String>());
    }
    if state.is_outdated || state.has_drifted {
        let places: usize = state.conflicts.iter().map(|conflict| conflict.places.len()).sum();
        let files = state.changes.len();
        out.push_str(&format!(
            "  an update changes {files} {}, with {places} {}\n",
            noun(files, "file"),
            noun(places, "conflict")
        ));
    }
    out
}

fn noun(count: usize, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// The state of an instance as data.
pub fn state_json(locked: &Locked, state: &State) -> Json {
    let paths = |paths: &[RepoPath]| paths.iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>();
    json!({
        "instance": locked.name,
        "path": locked.path.as_str(),
        "blueprint": locked.blueprint,
        "version": locked.version,
        "available": state.available,
        "outdated": state.is_outdated,
        "drifted": state.has_drifted,
        "edited": paths(&state.edited),
        "deleted": paths(&state.deleted),
        "added": paths(&state.added),
        "unresolved": paths(&state.unresolved),
        "unregistered": paths(&state.unregistered),
        "changes": paths(&state.changes),
        "conflicts": state.conflicts.iter().flat_map(|conflict| conflicts_json(&locked.layout(), conflict)).collect::<Vec<_>>(),
    })
}
