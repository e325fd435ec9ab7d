//! Charts as a repository keeps them: what counts for values survives the way there and back.

use std::sync::Arc;

use treewright::{
    helm::{Chart, compose, validate},
    schema::value_to_json,
};

use super::{chart, path, release};

#[test]
fn a_stored_chart_composes_and_validates_like_the_chart() {
    let files = [
        (
            "Chart.yaml",
            "apiVersion: v2\nname: hub\nversion: 1.0.0\ndependencies:\n  - name: db\n    version: 1.x\n    alias: store\n    condition: store.enabled\n    tags: [data]\n    import-values:\n      - shared\n      - {child: net, parent: network}\n",
        ),
        ("values.yaml", "a: 1\nempty: null\ntext: \"yes\"\nratio: 0.5\n"),
        ("values.schema.json", r#"{"properties": {"a": {"type": "integer"}}}"#),
        ("charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n"),
        ("charts/db/values.yaml", "exports: {shared: {s: 1}}\nnet: {port: 1}\n"),
        ("charts/db/values.schema.json", r#"{"properties": {"size": {"type": "string"}}}"#),
    ];
    let original = chart(&files);
    let text = original.to_stored().to_string();
    let stored = Arc::new(Chart::from_stored(&path("hub.json"), text.as_bytes()).expect("a chart"));
    assert_eq!(stored.to_stored(), original.to_stored());
    for text in ["{}", "a: word\nstore: {size: 5}\n", "tags: {data: false}\n"] {
        let asked = release(text);
        let [first, second] = [&original, &stored].map(|chart| compose(chart, &asked).expect("values"));
        assert_eq!(value_to_json(&first.values), value_to_json(&second.values), "{text}");
        assert_eq!(validate(&first, &asked), validate(&second, &asked), "{text}");
    }
    assert!(Chart::from_stored(&path("hub.json"), b"[]").is_err());
}
