//! Targets of patches.

use treewright::kustomize::selector::{Candidate, LabelSelector, Selector, SelectorFields};

use super::parse;

fn selects(fields: &SelectorFields<'_>) -> bool {
    let object = parse("metadata: {labels: {app: web}, annotations: {team: a}}");
    let candidate = Candidate {
        group: "apps",
        version: "v1",
        kind: "Deployment",
        names: &["web", "dev-web"],
        namespaces: &["default", "dev"],
        object: &object,
    };
    Selector::new(fields).expect("a selector").selects(&candidate)
}

#[test]
fn patterns_fit_the_whole_text_and_either_name() {
    let name = |name| selects(&SelectorFields { name: Some(name), ..SelectorFields::default() });
    assert!(name("web") && name("dev-web") && name("w.*") && name("x|web") && name(""));
    assert!(!name("we") && !name("eb") && !name("we|dev") && !name("WEB"));
    let kind = |kind| selects(&SelectorFields { kind: Some(kind), ..SelectorFields::default() });
    assert!(kind("Deployment") && kind("Deployment|StatefulSet") && !kind("Deploy"));
    let namespace = |namespace| selects(&SelectorFields { namespace: Some(namespace), ..SelectorFields::default() });
    assert!(namespace("dev") && namespace("default") && !namespace("prod"));
    let group = |group| selects(&SelectorFields { group: Some(group), ..SelectorFields::default() });
    assert!(group("apps") && !group("batch"));
    assert!(group("a.ps") && group("....") && !group("...") && !group(".....") && !group("a.pz"));
    let version = |version| selects(&SelectorFields { version: Some(version), ..SelectorFields::default() });
    assert!(version("v1") && version("v1.*") && !version("v2"));
    let both = |labels, annotations| {
        selects(&SelectorFields { labels: Some(labels), annotations: Some(annotations), ..SelectorFields::default() })
    };
    assert!(both("app=web", "team in (a, b)") && !both("app=web", "team=b") && !both("app!=web", "team=a"));
    assert!(Selector::new(&SelectorFields { name: Some("("), ..SelectorFields::default() }).is_err());
}

#[test]
fn label_selectors_read_the_whole_grammar() {
    let labels = parse("{app: web, tier: front, example.org/size: '5', empty: ''}");
    let cases = [
        ("", true),
        ("app", true),
        ("!app", false),
        ("! none", true),
        ("app=web", true),
        ("app == web , tier = front", true),
        ("app=web,tier=back", false),
        ("app!=web", false),
        ("none!=web", true),
        ("tier in (front,back)", true),
        ("tier in (back)", false),
        ("tier notin (back)", true),
        ("none notin (back)", true),
        ("none in (back)", false),
        ("example.org/size>4", true),
        ("example.org/size<5", false),
        ("empty=", true),
        ("empty=,app=web", true),
        ("empty in ()", true),
        ("empty in (,x)", true),
        ("app in (,x)", false),
    ];
    for (selector, expected) in cases {
        let found = LabelSelector::parse(selector).expect(selector).selects(Some(&labels));
        assert_eq!(found, expected, "{selector}");
    }
    for selector in
        ["app=web,", ",app", "app in web", "app=a b", "a/b/c=x", "-a=x", "app=-x", "app in (a", "app>x", "=x", "!a=b"]
    {
        assert!(LabelSelector::parse(selector).is_err(), "{selector}");
    }
    assert!(!LabelSelector::parse("app").expect("fits").selects(None));
}
