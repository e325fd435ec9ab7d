//! Which chart a release gets, of those at hand.

use std::sync::Arc;

use treewright::{
    helm::{ArchiveStore, ChartContent, ChartSource, Charts},
    source::Memory,
};

use super::{archive::archive, path, view};

/// A cache that holds charts with these names.
struct Cache(Vec<(String, Vec<u8>)>);

impl ArchiveStore for Cache {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| "no such file".to_owned())
    }
}

fn packed(name: &str, version: &str) -> Vec<u8> {
    archive(&[(&format!("{name}/Chart.yaml"), format!("name: {name}\nversion: {version}\n").as_bytes())])
}

fn cache(charts: &[(&str, &str)]) -> Arc<dyn ArchiveStore> {
    let named = |(name, version): &(&str, &str)| (format!("{name}-{version}.tgz"), packed(name, version));
    Arc::new(Cache(charts.iter().map(named).collect()))
}

fn repository(name: &str, version: &str) -> ChartSource {
    let version = Some(version).filter(|version| !version.is_empty()).map(Into::into);
    ChartSource::Repository { url: "https://example.org".into(), name: name.into(), version }
}

/// The version of the chart that is found, or why there is none.
fn found(charts: &Charts, source: &ChartSource) -> String {
    match charts.find(source, &|_| None) {
        Ok(chart) => chart.metadata.version.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_range_gets_the_newest_that_fits() {
    let cached =
        [("hub", "1.2.0"), ("hub", "1.10.0"), ("hub", "2.0.0-rc.1"), ("hub-extra", "1.11.0"), ("hub", "nightly")];
    let charts = Charts::new(Arc::new(Memory::new()), Some(cache(&cached)));
    assert_eq!(found(&charts, &repository("hub", "")), "1.10.0");
    assert_eq!(found(&charts, &repository("hub", "1.x")), "1.10.0");
    assert_eq!(found(&charts, &repository("hub", "~1.2")), "1.2.0");
    assert_eq!(found(&charts, &repository("hub", "2.0.0-rc.1")), "2.0.0-rc.1");
    let none = "chart hub ^3 is neither in this repository nor in Helm's cache";
    assert_eq!(found(&charts, &repository("hub", "^3")), none);
    let oci = ChartSource::Oci { url: "oci://registry.example.org/charts/hub-extra".into(), version: None };
    assert_eq!(found(&charts, &oci), "1.11.0");
    let elsewhere = ChartSource::Elsewhere { source: "GitRepository flux-system/charts".into(), path: "hub".into() };
    let reason = "its chart is `hub` in GitRepository flux-system/charts, which is not part of this repository";
    assert_eq!(found(&charts, &elsewhere), reason);
}

#[test]
fn what_a_chart_depends_on_is_looked_for_as_well() {
    let cached = cache(&[("db", "1.2.0"), ("db", "1.3.0"), ("web", "0.1.0")]);
    let hub = "name: hub\nversion: 1.0.0\ndependencies:\n  - {name: db, version: 1.x, repository: 'https://example.org'}\n  - {name: local, version: 1.0.0, repository: 'file://../local'}\n  - {name: own, version: 1.0.0}\n";
    let lock = "dependencies:\n  - {name: db, version: 1.2.0, repository: 'https://example.org'}\n";
    let local =
        "name: local\nversion: 1.0.0\ndependencies: [{name: web, version: 0.1.0, repository: 'oci://example.org'}]\n";
    let files = [
        ("hub/Chart.yaml", hub),
        ("hub/Chart.lock", lock),
        ("hub/charts/own/Chart.yaml", "name: own\nversion: 1.0.0\n"),
        ("local/Chart.yaml", local),
        (
            "circle/Chart.yaml",
            "name: circle\nversion: 1.0.0\ndependencies: [{name: self, version: 1.0.0, repository: 'file://../circle'}]\n",
        ),
        (
            "outside/Chart.yaml",
            "name: outside\nversion: 1.0.0\ndependencies: [{name: far, version: 1.0.0, repository: 'file://../../far'}]\n",
        ),
    ];
    let charts = Charts::new(Arc::new(view(&files)), Some(cached));
    let content = |folder: &str| charts.content(&ChartSource::Folder(path(folder)));
    let Ok(ChartContent::Files(files)) = content("hub") else { panic!("a chart") };
    let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "Chart.lock",
        "Chart.yaml",
        "charts/db.tgz",
        "charts/local/Chart.yaml",
        "charts/local/charts/web.tgz",
        "charts/own/Chart.yaml",
    ];
    assert_eq!(names, expected);
    let db = files.iter().find(|(path, _)| path.as_str() == "charts/db.tgz").map(|(_, bytes)| bytes.clone());
    assert_eq!(db, Some(packed("db", "1.2.0")), "the lock goes before the range");
    for (folder, reason) in
        [("circle", "depends on charts that depend on each other"), ("outside", "leads out of the repository")]
    {
        let error = content(folder).expect_err("no chart").to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn archives_and_added_charts_of_the_repository_count_as_well() {
    let mut view = view(&[(
        ".treewright/schemas/charts/hub/1.5.0.json",
        r#"{"name": "hub", "version": "1.5.0", "values": {"a": 1}, "schema": {"type": "object"}}"#,
    )]);
    view.insert(path("apps/charts/hub-1.3.0.tgz"), packed("hub", "1.3.0"));
    view.insert(path("apps/charts/bad-1.0.0.tgz"), b"no archive".to_vec());
    let charts = Charts::new(Arc::new(view), Some(cache(&[("hub", "1.4.0")])));
    assert_eq!(found(&charts, &repository("hub", "1.x")), "1.5.0");
    assert_eq!(found(&charts, &repository("hub", "<1.4")), "1.3.0");
    let refused = found(&charts, &repository("bad", ""));
    assert!(refused.starts_with("the chart apps/charts/bad-1.0.0.tgz is refused: it is no archive"), "{refused}");
    // What was added has no templates: those who run them get the newest chart that has some.
    let content = charts.content(&repository("hub", "1.x"));
    assert_eq!(content, Ok(ChartContent::Archive(packed("hub", "1.4.0"))));
}

#[test]
fn folders_are_read_as_they_are() {
    let files = [("apps/hub/Chart.yaml", "name: hub\nversion: 0.1.0\n"), ("apps/hub/templates/a.yaml", "{{ . }}")];
    let charts = Charts::new(Arc::new(view(&files)), None);
    let folder = ChartSource::Folder(path("apps/hub"));
    assert_eq!(found(&charts, &folder), "0.1.0");
    let Ok(ChartContent::Files(content)) = charts.content(&folder) else { panic!("files") };
    let names: Vec<&str> = content.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["Chart.yaml", "templates/a.yaml"]);
    let missing = found(&charts, &ChartSource::Folder(path("apps/web")));
    assert_eq!(missing, "the chart in `apps/web` cannot be read: there is no Chart.yaml");
}
