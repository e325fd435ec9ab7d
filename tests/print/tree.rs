//! Random values: scalars and keys of every shape, in lists and mappings.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::sample::select;
use smol_str::SmolStr;
use treewright::yaml::scalar::resolve_plain;
use treewright::yaml::{Content, Mapping, Scalar, Type, Value};

/// Strings that look like other types, or need care in YAML.
const LOOKALIKES: &[&str] = &[
    "",
    "~",
    "null",
    "Null",
    "nULL",
    "true",
    "True",
    "tRUE",
    "FALSE",
    "yes",
    "Yes",
    "yEs",
    "no",
    "on",
    "Off",
    "y",
    "N",
    "t",
    "f",
    "0",
    "-0",
    "+0",
    "00",
    "0777",
    "089",
    "0o14",
    "0O7",
    "0x1F",
    "0X1f",
    "-0x1F",
    "0b101",
    "-0b1",
    "0b+1",
    "0b",
    "0x",
    "1_000",
    "_1",
    "1_",
    "1__0",
    "+12",
    "1.",
    "1.50",
    ".5",
    "._5",
    ".5_",
    "-.5",
    "+.5",
    "1e3",
    "1E3",
    "1e+3",
    "1e400",
    "1e-400",
    ".1e400",
    "1.e1",
    ".",
    "-",
    "+",
    "...",
    "---",
    "--- a",
    "...a",
    "-a",
    "- a",
    "?",
    "?a",
    "? a",
    ":",
    ":a",
    ": a",
    "a:",
    "a: b",
    "a:b",
    "a #b",
    "a#b",
    "#a",
    ".inf",
    "-.inf",
    "+.Inf",
    ".NaN",
    ".nAn",
    "inf",
    "nan",
    "Infinity",
    "0x1p-2",
    "12345678901234567890",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "1:30",
    "1:70",
    "190:20:30.15",
    "+1:30",
    "1:30.",
    "1_0:30",
    "1:3:",
    ":30",
    "2001-12-14",
    "2001-1-2",
    "2001-13-14",
    "2001-02-30",
    "2001-12-14T21:59:43.1Z",
    "2001-12-14t21:59:43.10+02:00",
    "2001-12-14 21:59:43.10",
    "2001-12-14 21:59:43.10 -5",
    "2001-12-14T21:59:43,5Z",
    "0001-01-01",
    "<<",
    "=",
    "*a",
    "&a",
    "!a",
    "!!str a",
    "|",
    ">",
    "|a",
    "%a",
    "@a",
    "`a",
    "[a",
    "a]",
    "{a",
    "a}",
    ",a",
    "a,b",
    "'a",
    "\"a",
    "it's",
    "say \"hi\"",
    "a\\b",
    "C:\\x",
    "100m",
    "1.2.3",
    "10.0.0.1",
    "2Gi",
    "{{ .Values.x }}",
    "${VAR}",
    " a",
    "a ",
    " ",
    "  ",
    "\n",
    "\n\n",
    "a\n",
    "\na",
    "a\n\n",
    " a\nb",
    "a \nb",
    "a\n b\n",
    "a\tb",
    "\ta",
    "a\n\tb\n",
    "a\r\nb",
    "é",
    "日本",
    "😀",
    "\u{a0}",
    "a\u{2028}b",
    "a\u{2029}",
    "\u{2028}",
    "a\u{2028}b\nc",
    "a\n\u{2028}",
    "\u{85}",
    "a\u{85}b",
    "a \u{85} b",
    "a\u{85}\u{85}b",
    "\u{feff}",
    "\u{feff}a b",
    "a\u{feff}b",
    "\0",
    "\u{1b}[0m",
    "\u{7}",
    "\u{fffd}",
    "<a&b>",
    "a\nb: c # d\n",
];

/// What is written without quotes and is not a string.
const PLAIN: &[&str] = &[
    "null",
    "~",
    "Null",
    "true",
    "False",
    "0",
    "-0",
    "7",
    "-12",
    "+12",
    "+18446744073709551615",
    "0777",
    "0o17",
    "0x1F",
    "-0x1F",
    "0b101",
    "1_000",
    "12345678901234567890",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "1.0",
    "1.",
    "1.50",
    ".5",
    "-.5",
    "1e3",
    "-0.0",
    "1e20",
    "1e21",
    "1e-5",
    "1e-7",
    "1e-4",
    "0.0001",
    "0.00001",
    "1234567.5",
    "123456.5",
    "123456789.123",
    "1e18",
    "1.8446744073709551e19",
    "1.8446744073709552e19",
    "5e-324",
    "1.7976931348623157e308",
    "2001-12-14",
    "2001-1-2",
    "2001-12-14T21:59:43.1Z",
    "2001-12-14t21:59:43.10+02:00",
    "2001-12-14T21:59:43.123456789123-11:30",
    "2001-12-14T1:2:3+00:00",
];

fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        8 => proptest::char::range('a', 'e'),
        2 => proptest::char::range('0', '9'),
        4 => Just(' '),
        2 => select("-?:,[]{}#&*!|>'\"%@`\\=~^+_./<()$;".chars().collect::<Vec<_>>()),
        1 => select("AZéß日本\u{a0}\u{301}ⅣªǅÅ".chars().collect::<Vec<_>>()),
        1 => select("\n\t\r\0\u{1}\u{1f}\u{85}\u{2028}\u{2029}\u{feff}\u{fffd}\u{d7ff}\u{e000}😀\u{10ffff}".chars().collect::<Vec<_>>()),
    ]
}

fn words(most: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => "[a-zé]{1,9}", 1 => "[-#:'\"\\\\日😀]{1,3}", 1 => "[a-z]{20,90}"];
    let gap = prop_oneof![8 => Just(" "), 1 => Just("  "), 1 => Just("    ")];
    prop::collection::vec((word, gap), 1..most)
        .prop_map(|parts| parts.into_iter().map(|(word, gap)| word + gap).collect::<String>())
        .prop_flat_map(|text| prop_oneof![4 => Just(text.trim_end().to_owned()), 1 => Just(text)])
}

fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![6 => "[ ]{0,3}[a-z:#'\"-]{0,8}[ a-z]{0,8}[a-z]", 2 => Just(String::new()), 1 => words(30), 1 => text_of(0, 8)];
    (prop::collection::vec(line, 1..6), 0..4_usize).prop_map(|(lines, breaks)| lines.join("\n") + &"\n".repeat(breaks))
}

fn text_of(least: usize, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(character(), least..most).prop_map(String::from_iter)
}

/// Any string that kustomize can print.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z][a-zA-Z0-9./-]{0,20}",
        3 => select(LOOKALIKES).prop_map(str::to_owned),
        2 => "[-+]?[0-9]{1,3}[0-9_.:eExob+-]{0,8}",
        3 => text_of(0, 12),
        1 => text_of(60, 160),
        3 => words(60),
        3 => lines(),
    ]
    .prop_filter("kustomize refuses the text", |text| !breaks_before_document_marker(text))
}

/// A next-line character and three dashes: the document ends there when kustomize reads its own JSON.
fn breaks_before_document_marker(text: &str) -> bool {
    text.split('\u{85}').skip(1).any(|line| line.starts_with("---") || line.starts_with("..."))
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-z][a-zA-Z]{0,12}",
        4 => "[a-zA-Z]{0,3}[0-9]{0,4}[-./_]?[0-9]{0,2}[-./_]?",
        3 => "[a-z.]{1,9}/[a-z-]{1,9}",
        2 => text_of(1, 10),
        1 => select(LOOKALIKES).prop_map(str::to_owned),
        1 => words(30),
        1 => lines(),
    ]
    .prop_filter("kustomize refuses or merges the key", |key| !key.contains('\u{85}') && key != "<<")
}

/// Whether kustomize's order of these keys is the same in every run. It is not where digits followed by a letter meet other digits
/// (`1a` < `2` < `12` < `1a`), nor where a number does not fit 64 bits and wraps.
fn has_stable_order(mapping: &Mapping) -> bool {
    let keys = || mapping.keys().map(SmolStr::as_str);
    let has_digit = |key: &&str| key.contains(|c: char| c.is_ascii_digit());
    let before_letter = |key: &str| {
        let next = key.chars().skip(1);
        key.chars().zip(next).any(|(digit, letter)| digit.is_ascii_digit() && letter.is_alphabetic())
    };
    let overflows = |key: &str| key.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 18);
    let wraps = keys().any(overflows) && keys().count() > 1;
    !wraps && (keys().filter(has_digit).count() < 2 || !keys().any(before_letter))
}

fn scalar() -> impl Strategy<Value = Value> {
    let binary = select(&["aGVsbG8=", "", "/+8=", "wqPigqzwn5iAaMMo"][..])
        .prop_map(|text| Value::new(Content::Scalar(Scalar { text: text.into(), kind: Type::Binary, quoted: true })));
    let number = "[-+]?[0-9]{1,9}(\\.[0-9]{0,9})?(e[-+]?[0-9]{1,2})?|0[0-9_]{1,5}|0x[0-9a-f]{1,16}|[1-9][0-9]{15,22}"
        .prop_map(Value::plain)
        .prop_filter("a string", |value| value.as_str().is_none());
    prop_oneof![
        12 => text().prop_map(Value::string),
        2 => select(PLAIN).prop_map(Value::plain),
        2 => number,
        1 => binary,
    ]
}

/// Any value that kustomize can print and prints the same in every run.
pub fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(6, 48, 6, |inner| {
        let mapping = prop::collection::vec((key(), inner.clone()), 0..7)
            .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Value>())
            .prop_filter("the order of keys is unstable", |value| value.as_mapping().is_some_and(has_stable_order));
        prop_oneof![3 => mapping, 1 => prop::collection::vec(inner, 0..5).prop_map(Value::sequence)]
    })
}

/// Writes a value as JSON, with plain scalars and tags where JSON has no such type: YAML that needs no printer under test.
pub fn json(value: &Value, out: &mut String) {
    match &value.content {
        Content::Scalar(scalar) if scalar.kind == Type::String => quote(&scalar.text, out),
        Content::Scalar(scalar) if scalar.kind == Type::Binary => {
            out.push_str("!!binary ");
            quote(&scalar.text, out);
        }
        // A plain date with a time, inside of brackets, is a string to kustomize: the colon makes its first printer quote it.
        Content::Scalar(scalar) if scalar.kind == Type::Timestamp => {
            out.push_str("!!timestamp ");
            quote(&scalar.text, out);
        }
        Content::Scalar(scalar) => {
            assert_eq!(resolve_plain(&scalar.text), scalar.kind, "only a plain scalar can be written plain");
            out.push_str(&scalar.text);
        }
        Content::Sequence(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { ", " });
                json(item, out);
            }
            out.push(']');
        }
        Content::Mapping(mapping) => {
            out.push('{');
            for (position, (key, item)) in mapping.iter().enumerate() {
                out.push_str(if position == 0 { "? " } else { ", ? " });
                quote(key, out);
                out.push_str(" : ");
                json(item, out);
            }
            out.push('}');
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' | 'é' | '日' => out.push(c),
            _ => {
                let (letter, width) = if u32::from(c) > 0xffff { ('U', 8) } else { ('u', 4) };
                let _ = write!(out, "\\{letter}{:0width$x}", u32::from(c));
            }
        }
    }
    out.push('"');
}
