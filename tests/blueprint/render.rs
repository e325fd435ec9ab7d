//! Templates: what expressions become in YAML, and that no text can leave its place.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use treewright::{
    blueprint::render::{Context, Renderer, TemplateError},
    text::SourceText,
    yaml::{Node, Stream},
};

fn context(values: &Json) -> Context {
    let mut context = Context::new();
    for (name, value) in values.as_object().expect("an object") {
        context.set(name, value);
    }
    context
}

fn yaml(template: &str, values: &Json) -> Result<String, TemplateError> {
    Renderer::new().yaml(template, &context(values))
}

fn shown(template: &str, error: &TemplateError) -> String {
    let text = SourceText::new(template);
    let place = text.position(error.span.start);
    let help = error.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{}:{} {}{help}", place.line, place.column, error.message)
}

#[test]
fn an_expression_becomes_a_yaml_value_of_its_type() {
    let template = "\
# for [[ name ]]
name: [[ name ]]
number: [[ number ]]
text: \"[[ number ]]\"
single: '[[ name ]] is here'
flag: [[ flag ]]
word: [[ word ]]
version: [[ version ]]
url: https://[[ host ]]/x
flow: {host: [[ host ]], list: [[ list ]], odd: [[ odd ]]}
list: [[ list ]]
maps: [[ maps ]]
items:
  - [[ odd ]]
  - [[ map ]]
[[ key ]]: [[ none ]]
code: [[ code ]]
block: |
  one [[ name ]]
  [[ code ]]
  end
";
    let values = json!({
        "name": "O'Hara: \"x\" # y", "number": 31088, "flag": true, "word": "yes", "version": "1.10", "host": "h.example.org",
        "list": ["a", "b, c"], "maps": [{"a": 1, "b": ["x", "z"]}, {"c": {"d": null}}], "odd": "[x]", "map": {"k": "v", "w": 2},
        "key": "on", "none": null, "code": "first\n  second\n",
    });
    let expected = "\
# for O'Hara: \"x\" # y
name: \"O'Hara: \\\"x\\\" # y\"
number: 31088
text: \"31088\"
single: 'O''Hara: \"x\" # y is here'
flag: true
word: \"yes\"
version: \"1.10\"
url: https://h.example.org/x
flow: {host: h.example.org, list: [a, \"b, c\"], odd: \"[x]\"}
list: [a, \"b, c\"]
maps:
  - a: 1
    b: [x, z]
  - c:
      d: null
items:
  - \"[x]\"
  - k: v
    w: 2
\"on\": null
code: |
  first
    second
block: |
  one O'Hara: \"x\" # y
  first
    second

  end
";
    assert_eq!(yaml(template, &values).expect("a result"), expected);
}

#[test]
fn control_tags_leave_no_lines_behind() {
    let template = "a:\n  [% for x in xs %]\n  [# each #]\n  - [[ x ]]\n  [% endfor %]\n[% if xs | length > 1 %]\nmany: true\n[% endif %]\n";
    assert_eq!(yaml(template, &json!({"xs": [1, "2"]})).expect("a result"), "a:\n  - 1\n  - \"2\"\nmany: true\n");
    assert_eq!(
        yaml("a: {{ .x }} ${Y}\n", &json!({})).expect_err("a flow mapping as a key").message.get(..8),
        Some("the temp")
    );
    assert_eq!(yaml("a: '{{ .x }} ${Y}'\n", &json!({})).expect("a result"), "a: '{{ .x }} ${Y}'\n");
}

#[test]
fn faults_name_the_place_and_the_way_out() {
    let cases = [
        ("a: 1\nb: [[ hots ]]\n", json!({"host": "h"}), "2:7 `hots` is not defined (did you mean `host`?)"),
        (
            "b: [[ vault.sever ]]\n",
            json!({"vault": {"server": "s"}}),
            "1:7 `vault.sever` is not defined (did you mean `server`?)",
        ),
        ("[% if hots == 1 %]\n[% endif %]\n", json!({"host": "h"}), "1:7 `hots` is not defined (did you mean `host`?)"),
        ("a: [[ x ]]-[[ y ]]\n", json!({"x": 1, "y": [1]}), "1:15 a list cannot be part of a text"),
        ("a: \"[[ x ]]\"\n", json!({"x": null}), "1:8 the value is none and cannot be part of a text"),
        ("a: [[ x | quantity ]]\n", json!({"x": "lots"}), "1:11 `lots` is not a quantity such as `500m` or `1Gi`"),
        (
            "[[ k ]]: 1\n[[ l ]]: 2\n",
            json!({"k": "a", "l": "a"}),
            "1:1 the template makes the key `a` twice in one mapping",
        ),
    ];
    for (template, values, expected) in cases {
        assert_eq!(shown(template, &yaml(template, &values).expect_err(template)), expected);
    }
}

#[test]
fn a_template_cannot_run_for_ever_nor_fill_the_disk_nor_read_files() {
    let loops = "[% for a in range(9999) %][% for b in range(9999) %][% endfor %][% endfor %]";
    let message = |template: &str| yaml(template, &json!({})).expect_err(template).message;
    assert_eq!(message(loops), "the template takes more than 2000000 steps");
    let large = "a: |\n[% for a in range(9999) %]\n  0123456789012345678901234567890123456789012345678901234567890123456789\
                 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\
                 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\
                 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\
                 012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\n[% endfor %]\n";
    assert_eq!(message(large), "the template gives more than 4194304 bytes");
    for tag in ["include \"/etc/passwd\"", "import \"x\" as y", "extends \"x\"", "macro m()"] {
        assert!(message(&format!("[% {tag} %]\n")).starts_with("unknown statement"), "{tag}");
    }
}

#[test]
fn filters_quote_for_shells_and_print_json() {
    let text = |template: &str, values: &Json| Renderer::new().text(template, &context(values)).expect(template);
    assert_eq!(text("[[ x | sh ]]", &json!({"x": "it's $HOME"})), r"'it'\''s $HOME'");
    assert_eq!(text("[[ x | sh ]] [[ y | sh ]]", &json!({"x": "a/b:c", "y": ""})), "a/b:c ''");
    assert_eq!(text("[[ x | b64 ]]", &json!({"x": "hé"})), "aMOp");
    assert_eq!(text("[[ x | slug ]]", &json!({"x": "GPU (large)!"})), "gpu-large");
    assert_eq!(text("[[ x | tojson ]]", &json!({"x": {"a": ["<", null]}})), r#"{"a":["<",null]}"#);
    assert_eq!(text("[[ ('1Gi' | quantity) > ('1G' | quantity) ]]", &json!({})), "true");
}

#[test]
fn a_field_that_is_one_expression_keeps_its_type() {
    let field = |source: &str| Renderer::new().field(source, &context(&json!({"port": 80, "on": true}))).expect(source);
    assert_eq!(field("[[ port ]]"), json!(80));
    assert_eq!(field("[[ not on ]]"), json!(false));
    assert_eq!(field("[[ port ]][[ port ]]"), json!("8080"));
    assert_eq!(field("x-[[ port ]]"), json!("x-80"));
}

/// Texts that would like to be syntax.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just(": ".to_owned()),
        Just(" #".to_owned()),
        Just("\n".to_owned()),
        Just("\n- x: y\n".to_owned()),
        Just("{{ }}".to_owned()),
        Just("${X}".to_owned()),
        Just("[[ a ]]".to_owned()),
        Just("[% endif %]".to_owned()),
        Just("---\n".to_owned()),
        Just("\t".to_owned()),
        Just("&a *a".to_owned()),
        Just("!!str".to_owned()),
        Just("}".to_owned()),
        Just("]".to_owned()),
        Just(",".to_owned()),
        Just("\\".to_owned()),
        Just("|".to_owned()),
        Just("\u{85}".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\r\n".to_owned()),
        Just("  ".to_owned()),
        Just("null".to_owned()),
        Just("0x1F".to_owned()),
        Just("qtwq0z".to_owned()),
        Just("é".to_owned()),
        "[a-z0-9.:-]{0,4}",
        any::<char>().prop_map(|c| c.to_string()),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        4 => hostile().prop_map(Json::from), 1 => any::<i32>().prop_map(Json::from), 1 => any::<bool>().prop_map(Json::from), 1 => Just(Json::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec((hostile(), inner), 0..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

/// Whether a node holds exactly a value.
fn holds(node: Node<'_>, value: &Json) -> bool {
    match value {
        Json::Null => node.is_null(),
        Json::Bool(value) => node.as_bool() == Some(*value),
        Json::Number(number) => node.text() == Some(&number.to_string()) && node.as_str().is_none(),
        Json::String(text) => node.as_str() == Some(text),
        Json::Array(items) => {
            node.is_sequence()
                && node.items().len() == items.len()
                && node.items().zip(items).all(|(node, item)| holds(node, item))
        }
        Json::Object(entries) => {
            node.is_mapping()
                && node.entries().len() == entries.len()
                && entries.iter().all(|(key, value)| {
                    node.entries().any(|entry| entry.key.as_str() == Some(key) && holds(entry.value, value))
                })
        }
    }
}

const PLACES: &str = "\
# comment [[ s ]]
before: 1
alone: [[ v ]]
noted: [[ v ]]  # note
quoted: \"a [[ s ]] b\"
single: 'a [[ s ]] b'
plain: a [[ s ]] b
flow: {k: [[ v ]], l: [x, [[ v ]], y[[ s ]]]}
list:
  - [[ v ]]
  - k: [[ v ]]
    l: 1
  - - [[ v ]]
[[ s ]]k: 2
block: |
  a [[ s ]]
  b
folded: >-
  a [[ s ]]
after: 3
";

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_value_leaves_its_place(text in hostile(), value in value()) {
        let values = json!({"s": text, "v": value});
        let result = yaml(PLACES, &values);
        // A text that holds the engine's own word for an expression is refused, not misread.
        let Ok(result) = result else {
            prop_assert!(text.contains("qtw") || value.to_string().contains("qtw"), "{:?}", result);
            return Ok(());
        };
        let stream = Stream::parse(SourceText::new(result.as_str())).expect("YAML");
        prop_assert_eq!(stream.documents().len(), 1);
        let root = stream.documents().next().expect("a document").root();
        prop_assert_eq!(root.entries().len(), 12, "{}", &result);
        let at = |key: &str| root.get(key).expect("the key");
        prop_assert!(holds(at("alone"), &value) && holds(at("noted"), &value), "{}", &result);
        prop_assert!(holds(at("flow").get("k").expect("k"), &value), "{}", &result);
        prop_assert!(holds(at("list").items().next().expect("an item"), &value), "{}", &result);
        let framed = format!("a {text} b");
        for key in ["quoted", "single", "plain"] {
            prop_assert_eq!(at(key).as_str(), Some(framed.as_str()), "{}", &result);
        }
        let block = format!("a {text}\nb\n");
        prop_assert_eq!(at("block").as_str(), Some(block.as_str()), "{}", &result);
        let key = format!("{text}k");
        prop_assert_eq!(root.entries().filter(|entry| entry.key.as_str() == Some(&key)).count(), 1);
        prop_assert!(holds(at("before"), &json!(1)) && holds(at("after"), &json!(3)));
    }

    #[test]
    fn hostile_texts_are_rendered_not_refused(text in "[^\\p{Cc}]{0,12}") {
        prop_assume!(!text.contains("qtw"));
        let result = yaml(PLACES, &json!({"s": text, "v": [text]}));
        prop_assert!(result.is_ok(), "{:?}", result);
    }
}
