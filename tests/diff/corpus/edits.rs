//! Edits as people make them, chosen by numbers that are the same for the same seed.
//!
//! Must not know what is rendered.

use std::{
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;
use treewright::{text::SourceText, yaml::Stream};

/// An edit that was made, and how it is taken back.
pub(super) struct Edit {
    pub(super) what: String,
    /// Files with what they held; nothing, if they were not there.
    undo: Vec<(PathBuf, Option<String>)>,
}

impl Edit {
    pub(super) fn undo(self) {
        for (path, text) in self.undo {
            match text {
                Some(text) => fs::write(path, text).expect("can be written"),
                None => fs::remove_file(path).expect("can be removed"),
            }
        }
    }
}

/// What an edit makes of a file: its new text, and other files with their texts; without a text they go away.
type Made = (String, Vec<(PathBuf, Option<String>)>);

/// Makes the edit of a file; nothing, if this is no file for it.
type Kind = fn(&Path, &str, &mut Random) -> Option<Made>;

/// All kinds of edits.
const KINDS: &[(&str, Kind)] = &[
    ("image", |_, text, random| scalar(text, r"(?m)^ *(?:- )?(?:image|tag|newTag|version): *([\w./:@-]+)$", random)),
    ("replicas", |_, text, random| scalar(text, r"(?m)^ *(?:replicas|minReplicas|replicaCount): *([0-9]+)$", random)),
    ("value of a chart", value_of_chart),
    ("part of a component or patch", part_of_component),
    ("generator file", generator_file),
    ("namespace", |path, text, _| kustomization(path, text, "namespace", "namespace: edited\n")),
    ("added resource", added),
    ("removed resource", |_, text, random| without_entry(text, random).map(|(text, _)| (text, Vec::new()))),
    ("renamed object", renamed),
    ("labels in common", |path, text, _| {
        kustomization(path, text, "commonLabels", "commonLabels: {edited: \"yes\"}\n")
    }),
    ("deleted file", deleted),
    ("name prefix", |path, text, _| kustomization(path, text, "namePrefix", "namePrefix: edited-\n")),
    ("generated labels", |path, text, _| {
        kustomization(path, text, "labels", "labels: [{pairs: {edited: \"yes\"}, includeTemplates: true}]\n")
    }),
    ("patch", |path, text, _| {
        let patch = "patches: [{target: {kind: Deployment|HelmRelease|ConfigMap}, patch: '[{op: add, path: /metadata/annotations, value: {edited: \"yes\"}}]'}]\n";
        kustomization(path, text, "patches", patch)
    }),
    ("any value", |_, text, random| scalar(text, r"(?m)^ +(?:- )?[A-Za-z]+: ([\w./:-]+)$", random)),
];

/// Makes an edit somewhere in a folder.
pub(super) fn make(root: &Path, seed: u64) -> Option<Edit> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let yaml = super::files(root);
    let first = usize::try_from(seed).expect("small");
    for (what, kind) in KINDS.iter().cycle().skip(first % KINDS.len()).take(KINDS.len()) {
        for _ in 0..400 {
            let path = &yaml[random.below(yaml.len())];
            let Ok(text) = fs::read_to_string(path) else { continue };
            let Some((changed, others)) = kind(path, &text, &mut random) else { continue };
            // Entries may be indented otherwise; then this is no edit that anybody would make.
            if Stream::parse(SourceText::new(changed.as_str())).is_err() {
                continue;
            }
            let mut edit = Edit { what: format!("{what} in {}", path.display()), undo: Vec::new() };
            for (path, new) in others.into_iter().chain([(path.clone(), Some(changed))]) {
                edit.undo.push((path.clone(), fs::read_to_string(&path).ok()));
                match new {
                    Some(new) => fs::write(&path, new).expect("can be written"),
                    None => fs::remove_file(&path).expect("can be removed"),
                }
            }
            return Some(edit);
        }
    }
    None
}

/// A scalar that a pattern finds gets another text.
fn scalar(text: &str, pattern: &str, random: &mut Random) -> Option<Made> {
    let pattern = Regex::new(pattern).expect("a pattern");
    let all: Vec<_> = pattern.captures_iter(text).filter_map(|found| found.get(1)).collect();
    let found = all.get(random.below(all.len().max(1)))?;
    Some((format!("{}{}1{}", &text[..found.start()], found.as_str(), &text[found.end()..]), Vec::new()))
}

fn is_kustomization(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "kustomization.yaml")
}

fn value_of_chart(_: &Path, text: &str, random: &mut Random) -> Option<Made> {
    let (before, values) = text.split_at(text.find("\n  values:\n")?);
    let (values, others) = scalar(values, r"(?m)^    +(?:- )?[A-Za-z]+: ([\w./:-]+)$", random)?;
    Some((format!("{before}{values}"), others))
}

fn part_of_component(path: &Path, text: &str, random: &mut Random) -> Option<Made> {
    let is_part = path.components().any(|one| one.as_os_str().to_string_lossy().contains("component"))
        || path.file_name()?.to_string_lossy().contains("patch")
        || text.contains("patches:");
    scalar(text, r"(?m)^ +(?:- )?[A-Za-z]+: ([\w./:-]+)$", random).filter(|_| is_part)
}

/// A file of a generator gets one line more.
fn generator_file(path: &Path, text: &str, random: &mut Random) -> Option<Made> {
    let generator = text.find("Generator:").filter(|_| is_kustomization(path))?;
    let pattern = Regex::new(r"(?m)^ *- (?:[\w.-]+=)?(\.?[\w./-]+)$").expect("a pattern");
    let folder = path.parent()?;
    let files: Vec<PathBuf> = pattern
        .captures_iter(&text[generator..])
        .filter_map(|found| Some(folder.join(found.get(1)?.as_str())))
        .filter(|file| file.is_file())
        .collect();
    let file = files.get(random.below(files.len().max(1)))?;
    let content = fs::read_to_string(file).ok()?;
    Some((text.to_owned(), vec![(file.clone(), Some(format!("{}\n# edited\n", content.trim_end())))]))
}

/// A kustomization gets a field that it has not.
fn kustomization(path: &Path, text: &str, field: &str, line: &str) -> Option<Made> {
    let has = text.lines().any(|line| line.starts_with(&format!("{field}:")));
    let is_plain = is_kustomization(path) && !has && text.contains("resources:") && !text.contains("kind: Component");
    is_plain.then(|| (format!("{}\n{line}", text.trim_end()), Vec::new()))
}

fn added(path: &Path, text: &str, _: &mut Random) -> Option<Made> {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: added-by-test, namespace: default}\ndata: {a: b}\n";
    let has = is_kustomization(path) && text.contains("resources:\n");
    has.then(|| {
        let text = text.replacen("resources:\n", "resources:\n  - added-by-test.yaml\n", 1);
        (text, vec![(path.with_file_name("added-by-test.yaml"), Some(object.to_owned()))])
    })
}

/// An entry of a list of files goes away.
fn without_entry(text: &str, random: &mut Random) -> Option<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_entry = |line: &str| {
        line.trim_start().starts_with("- ./") || line.rsplit('.').next() == Some("yaml") && line.contains("- ")
    };
    let entries: Vec<usize> = (0..lines.len()).filter(|at| is_entry(lines[*at])).collect();
    let at = *entries.get(random.below(entries.len().max(1))).filter(|_| entries.len() > 1)?;
    let rest = lines.iter().enumerate().filter(|(number, _)| *number != at).map(|(_, line)| format!("{line}\n"));
    Some((rest.collect(), lines[at].trim_start().trim_start_matches("- ").to_owned()))
}

fn deleted(path: &Path, text: &str, random: &mut Random) -> Option<Made> {
    let (text, entry) = without_entry(text, random).filter(|_| is_kustomization(path))?;
    let file = path.parent()?.join(entry);
    file.is_file().then(|| (text, vec![(file, None)]))
}

fn renamed(path: &Path, text: &str, random: &mut Random) -> Option<Made> {
    scalar(text, r"(?m)^metadata:\n  name: ([\w.-]+)$", random).filter(|_| !is_kustomization(path))
}

/// Numbers that are the same for the same seed.
pub(super) struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("small")
    }
}
