//! Real repositories, where they are at hand: our parser against another, and edits at random places.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize as _;
use treewright::{
    text::SourceText,
    yaml::{
        Content, Document, FileId, Kind, Node, Route, Stream, Type, Value,
        edit::{EditError, Editor},
        scalar::{parse_float, parse_int},
    },
};

/// The YAML files of the unpacked corpus; `None`, said aloud, where there is none.
fn files() -> Option<Vec<PathBuf>> {
    let material = std::env::var_os("TREEWRIGHT_MATERIAL").map(PathBuf::from);
    let folder = material.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")).join("corpus");
    let is_yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let entries = walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files: Vec<PathBuf> =
        entries.map(walkdir::DirEntry::into_path).filter(|path| is_yaml(path) && path.is_file()).collect();
    if files.is_empty() {
        eprintln!("skipped: no unpacked corpus in {}", folder.display());
        return None;
    }
    Some(files)
}

/// The first place where a value does not agree with what the other parser read. That one follows YAML 1.2 strictly, so the notations of numbers and dates
/// that go-yaml adds are strings to it.
fn difference(ours: &Value, theirs: &serde_yaml::Value) -> Option<String> {
    use serde_yaml::Value as Theirs;
    let disagree = || Some(format!("{ours:?}\n{theirs:?}"));
    match (&ours.content, theirs) {
        (_, Theirs::Tagged(tagged)) => difference(ours, &tagged.value),
        (Content::Mapping(ours), Theirs::Mapping(theirs)) if ours.len() == theirs.len() => {
            ours.iter().find_map(|(key, value)| match theirs.get(key.as_str()) {
                Some(other) => difference(value, other),
                None => Some(format!("only ours: {key}")),
            })
        }
        (Content::Sequence(ours), Theirs::Sequence(theirs)) if ours.len() == theirs.len() => {
            ours.iter().zip(theirs).find_map(|(ours, theirs)| difference(ours, theirs))
        }
        (Content::Scalar(scalar), theirs) => {
            let agree = match (scalar.kind, theirs) {
                // Nothing under an unknown tag is an empty string to it.
                (Type::Null, Theirs::String(text)) => text.is_empty() && scalar.text.is_empty(),
                (_, Theirs::String(text)) => {
                    text == scalar.text.as_str() && !matches!(scalar.kind, Type::Null | Type::Bool)
                }
                (Type::Null, theirs) => theirs.is_null(),
                (Type::Bool, theirs) => theirs.as_bool() == ours.as_bool(),
                (Type::Int, Theirs::Number(number)) => number.as_i64().map(i128::from) == parse_int(&scalar.text),
                (Type::Float, Theirs::Number(number)) => number.as_f64() == parse_float(&scalar.text),
                _ => false,
            };
            if agree { None } else { disagree() }
        }
        _ => disagree(),
    }
}

/// The other parser takes the last anchor of a name for all its aliases, where YAML takes the last one before the alias.
fn redefines_anchors(stream: &Stream) -> bool {
    let mut names: Vec<&str> = stream.nodes().filter_map(Node::anchor).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

#[test]
fn real_files_are_read_as_another_parser_reads_them() {
    let Some(files) = files() else { return };
    let (mut compared, mut refused) = (0, 0);
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let Ok(stream) = Stream::parse(SourceText::new(text.as_str())) else {
            refused += 1;
            let valid = serde_yaml::Deserializer::from_str(&text).all(|d| serde_yaml::Value::deserialize(d).is_ok());
            assert!(!valid, "{} is valid", path.display());
            continue;
        };
        if redefines_anchors(&stream) {
            continue;
        }
        for (document, other) in stream.documents().zip(serde_yaml::Deserializer::from_str(&text)) {
            // It refuses duplicate keys, and byte order marks in a stream.
            let Ok(mut other) = serde_yaml::Value::deserialize(other) else { break };
            let Ok(value) = document.root().to_value(FileId(0)) else { continue };
            other.apply_merge().expect("merge keys");
            if let Some(difference) = difference(&value, &other) {
                panic!("{}\n{difference}", path.display());
            }
            compared += 1;
        }
    }
    eprintln!("{compared} documents agree, {refused} files are no YAML");
    assert!(compared > 100, "{compared}");
}

/// The routes of what an edit could be about.
fn routes(root: Node<'_>) -> Vec<Route> {
    let all = root.stream().nodes();
    let below =
        all.filter(|node| node.parent().is_some_and(|parent| !parent.entries().any(|entry| entry.key == *node)));
    below
        .filter(|node| node.span().start >= root.span().start && node.span().end <= root.span().end)
        .map(Node::route)
        .collect()
}

#[test]
fn real_files_can_be_edited_anywhere() {
    let Some(files) = files() else { return };
    let (mut edits, mut refused) = (0_usize, Vec::new());
    for (number, path) in files.iter().enumerate().filter(|(number, _)| number % 5 == 0) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        let Ok(stream) = Stream::parse(SourceText::new(text)) else { continue };
        let Some(root) = stream.documents().next().map(Document::root) else { continue };
        if root.kind() == Kind::Scalar || !stream.duplicate_keys().is_empty() {
            continue;
        }
        let found = routes(root);
        for route in found.iter().skip(number % 7).step_by(1 + found.len() / 12) {
            for edit in 0..4 {
                let mut editor = Editor::new(stream.clone()).edit_shared();
                let mut document = editor.document(0);
                let outcome = match edit {
                    0 => document.replace(route, &Value::string("a new: text\nof lines\n")),
                    1 => document
                        .replace(route, &[("k".into(), Value::sequence(vec![Value::int(1)]))].into_iter().collect()),
                    2 => document.remove(route),
                    _ => match document.append_item(route, &"x".into()) {
                        Err(EditError::WrongKind { .. }) => {
                            let place = treewright::yaml::edit::Place::First;
                            document.insert_key(route, "zz", &"x".into(), place)
                        }
                        outcome => outcome,
                    },
                };
                edits += 1;
                if outcome == Err(EditError::NotFaithful) {
                    refused.push(format!("{} {route} {edit}", path.display()));
                }
            }
        }
    }
    eprintln!("{edits} edits, {} refused: {refused:#?}", refused.len());
    assert!(refused.len() * 1000 <= edits, "{refused:#?}");
}
