//! Parsing: the place, style and text of everything in `fixtures/yaml/trees`, the explanation of each fault in `fixtures/yaml/errors`, and the limits.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use treewright::{
    text::{SourceText, Span},
    yaml::{Document, FileId, Kind, Node, Stream, SyntaxErrorKind},
};

use super::parse;

/// The inputs below a folder of fixtures, with what is expected of each.
fn cases(folder: &str, extension: &str) -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/yaml").join(folder);
    let files = fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("an entry").path());
    let mut inputs: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    inputs.sort();
    let read = |path: PathBuf| {
        let expected = fs::read_to_string(path.with_extension(extension)).unwrap_or_default();
        (path.display().to_string(), fs::read_to_string(&path).expect("UTF-8"), expected)
    };
    inputs.into_iter().map(read).collect()
}

fn place(text: &SourceText, span: Span) -> String {
    let (start, end) = (text.position(span.start), text.position(span.end));
    format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
}

/// One line for a node, then its children one step further right.
fn dump(node: Node<'_>, label: &str, depth: usize, shown: &mut String) {
    let text = node.stream().text();
    let _ = write!(shown, "{}{label} {}", "  ".repeat(depth), place(text, node.span()));
    if node.outer_span() != node.span() {
        let _ = write!(shown, " from {}", place(text, node.outer_span()).split('-').next().unwrap_or_default());
    }
    for (sign, name) in [("&", node.anchor()), ("!", node.tag())] {
        let _ = name.map(|name| write!(shown, " {sign}{name}"));
    }
    if node.is_alias() {
        let _ = writeln!(shown, " alias of {}", place(text, node.follow().span()));
        return;
    }
    let flow = if node.is_flow() { "flow " } else { "" };
    match node.kind() {
        Kind::Scalar if node.is_absent() => drop(writeln!(shown, " absent")),
        Kind::Scalar => {
            let (style, kind) = (node.style().expect("a style"), node.scalar_type().expect("a type"));
            let _ = writeln!(shown, " {style:?} {kind:?} {:?}", node.text().expect("a text"));
        }
        kind => drop(writeln!(shown, " {flow}{}", kind.as_str())),
    }
    for entry in node.entries() {
        dump(entry.key, "key", depth + 1, shown);
        dump(entry.value, "value", depth + 1, shown);
    }
    for item in node.items() {
        dump(item, "item", depth + 1, shown);
    }
}

fn dump_stream(stream: &Stream) -> String {
    let mut shown = String::new();
    for document in stream.documents() {
        let _ = writeln!(shown, "document {}", place(stream.text(), document.span()));
        dump(document.root(), "root", 1, &mut shown);
    }
    for &comment in stream.comments() {
        let alone = if stream.stands_alone(comment) { " alone" } else { "" };
        let _ = writeln!(shown, "comment {}{alone} {:?}", place(stream.text(), comment), stream.comment_text(comment));
    }
    for duplicate in stream.duplicate_keys() {
        let (first, again) = (place(stream.text(), duplicate.first), place(stream.text(), duplicate.again));
        let _ = writeln!(shown, "duplicate {again} of {first}");
    }
    shown
}

#[test]
fn everything_in_the_trees_has_its_place() {
    let cases = cases("trees", "tree");
    assert!(cases.len() > 8, "{cases:?}");
    for (name, input, expected) in cases {
        let shown = dump_stream(&parse(&input));
        assert!(shown == expected, "{name}\n{input}\n--- expected\n{expected}\n--- found\n{shown}");
    }
}

#[test]
fn every_fault_is_explained_at_its_place() {
    let cases = cases("errors", "error");
    assert!(cases.len() > 8, "{cases:?}");
    for (name, input, expected) in cases {
        let text = SourceText::new(input.as_str());
        let error = Stream::parse(text.clone()).expect_err(&name);
        let mut shown =
            format!("{:?} {} {:?}\n{error}\n", error.kind, place(&text, error.span), text.slice(error.span));
        let _ = error.help.map(|help| writeln!(shown, "help: {help}"));
        let _ = error.related.map(|(span, words)| writeln!(shown, "related: {} {words}", place(&text, span)));
        assert!(shown == expected, "{name}\n{input}\n--- expected\n{expected}\n--- found\n{shown}");
    }
}

#[test]
fn comments_belong_to_lines() {
    let text = "# far\n\n# one\n# two\na: 1 # behind\n  # deep\nb:\n  # of c\n  c: |\n    # text\n";
    let stream = parse(text);
    let shown = |spans: &[Span]| spans.iter().map(|&span| stream.comment_text(span)).collect::<Vec<_>>();
    let root = stream.documents().next().expect("a document").root();
    let entry = root.entry("a").expect("a");
    assert_eq!(shown(entry.key.leading_comments()), ["one", "two"]);
    assert_eq!(entry.value.trailing_comment().map(|span| stream.comment_text(span)), Some("behind"));
    assert_eq!(shown(root.entry("b").expect("b").key.leading_comments()), ["deep"]);
    assert_eq!(shown(root.at(&["b"]).expect("b").entry("c").expect("c").key.leading_comments()), ["of c"]);
    assert_eq!(stream.comments().len(), 6);
}

#[test]
fn a_text_without_documents_is_no_error() {
    assert_eq!(parse("").documents().len(), 0);
    let stream = parse("# only\n\n# this");
    assert!(stream.documents().all(Document::is_empty));
    assert_eq!(stream.comments().len(), 2);
}

#[test]
fn an_alias_bomb_is_an_error() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        let _ = writeln!(text, "a{level}: &a{level} [{before}]");
    }
    let error = Stream::parse(SourceText::new(text)).expect_err("too large");
    assert_eq!(error.kind, SyntaxErrorKind::Alias, "{error:?}");
}

#[test]
fn nesting_without_end_is_refused() {
    let dashes = "- ".repeat(100_000);
    let brackets = "[".repeat(100_000);
    let mut keys = String::new();
    for level in 0..3_000 {
        let _ = writeln!(keys, "{}a:", " ".repeat(level));
    }
    for text in [dashes, brackets, keys] {
        let error = Stream::parse(SourceText::new(text)).expect_err("too deep");
        assert_eq!(error.kind, SyntaxErrorKind::TooDeep, "{error:?}");
    }
}

#[test]
fn many_keys_are_read() {
    let mut text = String::new();
    for number in 0..100_000 {
        let _ = writeln!(text, "key{number}: \"é {number}\" # c");
    }
    let stream = parse(&text);
    let root = stream.documents().next().expect("a document").root();
    assert_eq!(root.entries().len(), 100_000);
    assert!(root.to_value(FileId(0)).is_ok());
    assert!(stream.duplicate_keys().is_empty());
}

#[test]
fn aliases_cannot_nest_a_document_without_end() {
    let mut text = String::from("a0: &a0 [x]\n");
    for level in 1..50_000 {
        let _ = writeln!(text, "a{level}: &a{level} [*a{}]", level - 1);
    }
    let error = Stream::parse(SourceText::new(text)).expect_err("too deep");
    assert_eq!(error.kind, SyntaxErrorKind::Alias, "{error:?}");
    assert!(error.message.contains("nest deeper than 512 levels"), "{}", error.message);
}

/// As go-yaml reads them, which does not look at the indentation.
#[test]
fn quoted_texts_may_go_on_to_the_left_of_their_keys() {
    let text =
        "a:\n  b:\n  - c: 'it''s {\nx=\"1\"\n\n  }'\n    d: [e, {f: \"g \\\n h\n i\\\"\"}]\n    j: \"k\nl\" # m\n";
    let stream = parse(text);
    let item = stream.documents().next().expect("a document").root().at(&["a", "b"]).expect("b");
    let item = item.items().next().expect("an item");
    assert_eq!(item.get("c").and_then(Node::text), Some("it's { x=\"1\"\n}"));
    assert_eq!(item.get("j").and_then(Node::text), Some("k l"));
    assert_eq!(stream.text().slice(item.get("j").expect("j").span()), "\"k\nl\"");
    let inner = item.get("d").and_then(|d| d.items().nth(1)).and_then(|f| f.get("f")).expect("f");
    assert_eq!(inner.text(), Some("g h i\""));
    assert_eq!(stream.comments().len(), 1);
    // A mark between documents ends the text also for go-yaml.
    assert!(Stream::parse(SourceText::new("a:\n  b: 'c\n--- d'\n")).is_err());
}
