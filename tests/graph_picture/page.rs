//! The page, in a real browser.

use std::{fs, path::PathBuf};

use treewright::{
    cluster::{UnitId, UnitKind},
    graph::picture::{Cluster, Edge, EdgeKind, Object, Picture, Place, Target, Unit},
    manifest::ObjectId,
    path::RepoPath,
    report::{PageOptions, graph_html},
};

use super::{browser::Browser, two_clusters};

const ENTER: &str = "\u{e007}";
const DOWN: &str = "\u{e015}";

fn object(kind: &str, namespace: &str, name: &str) -> ObjectId {
    let group = if kind == "Secret" { "" } else { "example.org" };
    let (group, kind, name) = (group.into(), kind.into(), name.into());
    ObjectId { group, version: "v1".into(), kind, namespace: Some(namespace.into()), name }
}

fn place(path: &str) -> Place {
    Place { path: RepoPath::new(path).expect("a path"), line: 1 }
}

/// A picture with 5 clusters, 200 units and 5,000 objects.
fn large() -> Picture {
    let mut picture = Picture::default();
    let kinds = ["ConfigMap", "Deployment", "ExternalSecret", "HelmRelease", "Ingress", "Service", "ServiceAccount"];
    for cluster in 0..5 {
        let directory = RepoPath::new(&format!("clusters/site-{cluster}")).expect("a path");
        picture.clusters.push(Cluster { name: format!("site-{cluster}").into(), directory });
        let root = picture.units.len();
        for unit in 0..40 {
            let name = if unit == 0 { "flux-system".to_owned() } else { format!("app-{unit:02}") };
            let at = picture.units.len();
            let depends_on: Vec<_> = (unit % 4 != 0 && unit > 1).then(|| Target::Shown(at - 1)).into_iter().collect();
            picture.units.push(Unit {
                id: UnitId::Flux("flux-system".into(), name.as_str().into()),
                kind: UnitKind::Flux,
                cluster: Some(cluster),
                parent: (unit > 0).then_some(root),
                declared: None,
                place: Some(place(&format!("clusters/site-{cluster}/{name}.yaml"))),
                directories: vec![RepoPath::new(&format!("apps/{name}")).expect("a path")],
                step: match unit {
                    0 => 0,
                    1 => 1,
                    _ => 1 + unit % 4,
                },
                depends_on,
                wave: 0,
                suspended: unit == 7,
                destination: None,
            });
            for number in 0..25 {
                let kind = kinds[number % kinds.len()];
                let id = object(kind, &format!("team-{:02}", unit % 12), &format!("{name}-part-{number:02}"));
                let place = Some(place(&format!("apps/{name}/part-{number:02}.yaml")));
                let from = picture.objects.len();
                picture.objects.push(Object { id, unit: Some(at), place, made: false });
                if number > 0 {
                    let (kind, keys) = (EdgeKind::RefersTo, Vec::new());
                    let field = "spec.reference".into();
                    let to = Target::Shown(from - 1);
                    picture.edges.push(Edge { from, kind, field, keys, optional: false, place: None, to });
                }
            }
        }
    }
    picture
}

fn written(page: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("graph.html");
    fs::write(&path, page).expect("can be written");
    (folder, path)
}

#[test]
fn the_page_is_searched_and_clicked_through() {
    let Some(browser) = Browser::start(1200, 720) else { return };
    let environment = two_clusters();
    let template = "https://git.example.org/x/blob/main/{path}#L{line}";
    let run =
        environment.treewright(&["graph", "--format", "html", "--output", "graph.html", "--source-url", template]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    browser.open(&environment.work().join("graph.html"), "");
    assert_eq!(browser.text("#found"), "2 clusters, 8 units, 25 objects");

    browser.keys("#query", "staging hub-oauth");
    assert_eq!(browser.text("#found"), "1 match of 36");
    browser.run("document.getElementById('query').value = ''; document.getElementById('query').oninput()");
    browser.keys("#query", "externalsecret hub");
    assert_eq!(browser.text("#found"), "2 matches of 36");
    browser.click(".row.object");
    assert_eq!(browser.text("#detail h2"), "hub");
    let detail = browser.text("#detail");
    for text in [
        "ExternalSecret",
        "namespace\nhub",
        "apps/base/secret.yaml:1",
        "applied by\nflux-system/apps",
        "makes Secret hub/hub-oauth",
    ] {
        assert!(detail.contains(text), "no {text:?} in:\n{detail}");
    }
    let source = browser.run("return document.querySelector('#detail a.at').href");
    assert_eq!(source, "https://git.example.org/x/blob/main/apps/base/secret.yaml#L1");
    browser.keep("graph-light.png");

    // From the ExternalSecret to its Secret, to the release that reads it, and back.
    browser.run(
        "[...document.querySelectorAll('#detail a')].find((one) => one.textContent === 'Secret hub/hub-oauth').click()",
    );
    assert_eq!(browser.text("#detail h2"), "hub-oauth");
    let detail = browser.text("#detail");
    assert!(detail.contains("made by\nExternalSecret hub/hub"), "{detail}");
    assert!(detail.contains("HelmRelease hub/hub reads this\nspec.valuesFrom[1] · keys: client-secret"), "{detail}");
    let link = browser.run("return location.hash").as_str().expect("a hash").to_owned();
    assert_eq!(link, "#production/flux:flux-system/apps/Secret/hub/hub-oauth");
    browser.run("history.back()");
    assert_eq!(browser.run("return document.querySelector('#detail h2').textContent"), "hub");

    // A link leads straight to it.
    browser.open(&environment.work().join("graph.html"), "#staging/flux:flux-system/monitoring");
    let detail = browser.text("#detail");
    assert!(detail.contains("Comes after\nflux:flux-system/storage not in this repository"), "{detail}");
    assert!(detail.contains("suspended"), "{detail}");
}

#[test]
fn the_page_is_used_without_a_mouse_and_in_the_dark() {
    let Some(browser) = Browser::start(1200, 720) else { return };
    let environment = two_clusters();
    environment.treewright(&["graph", "--format", "html", "--output", "graph.html"]);
    browser.open(&environment.work().join("graph.html"), "");
    browser.prefer("dark");
    browser.press("/");
    browser.press("helmrelease");
    assert_eq!(browser.text("#found"), "2 matches of 36");
    browser.press(DOWN);
    browser.press(ENTER);
    assert_eq!(browser.text("#detail .over"), "HelmRelease");
    browser.press(DOWN);
    let here = browser.run(
        "const rows = document.getElementById('rows'); \
         return [document.activeElement === rows, document.getElementById(rows.getAttribute('aria-activedescendant')).textContent]",
    );
    assert_eq!(here[0], true);
    assert!(here[1].as_str().is_some_and(|text| text.contains("staging")), "{here}");
    browser.keep("graph-dark.png");
    browser.click("#show-map");
    let links =
        browser.run("return [...document.querySelectorAll('#drawing a')].map((one) => one.getAttribute('href'))");
    assert_eq!(links.as_array().map(Vec::len), Some(8), "{links}");
    browser.run("document.querySelector('#drawing a:nth-of-type(3)').focus()");
    browser.press(ENTER);
    assert_eq!(browser.text("#detail h2"), "flux-system/apps");
    browser.keep("graph-map.png");
}

#[test]
fn hostile_names_stay_names() {
    let hostile = "</script><img src=x onerror=\"window.broken=1\"><!--<script>{{picture}}";
    let mut picture = large();
    picture.objects[0].id.name = hostile.into();
    picture.clusters[0].name = hostile.into();
    let page = graph_html(&picture, PageOptions { title: hostile, source_url: None });
    assert!(!page.contains("<img"), "markup from a name");
    let Some(browser) = Browser::start(900, 600) else { return };
    let (_folder, path) = written(&page);
    browser.open(&path, "");
    assert_eq!(browser.text("header h1"), hostile);
    assert_eq!(browser.run("return document.querySelectorAll('img').length"), 0);
    browser.keys("#query", "onerror");
    browser.click(".row.object:not(.above)");
    assert_eq!(browser.text("#detail h2"), hostile);
    assert_eq!(browser.run("return window.broken === undefined"), true);
    // Even markup that got in would not run.
    let injected = "const script = document.createElement('script'); script.textContent = 'window.broken = 1'; \
                    document.body.append(script); return window.broken === undefined";
    assert_eq!(browser.run(injected), true);
}

#[test]
fn five_thousand_objects_are_no_trouble() {
    let page = graph_html(&large(), PageOptions { title: "fleet", source_url: None });
    let Some(browser) = Browser::start(1280, 800) else { return };
    let (_folder, path) = written(&page);
    browser.open(&path, "");
    assert_eq!(browser.text("#found"), "5 clusters, 200 units, 5,000 objects");
    let in_document = browser.run("return document.querySelectorAll('.row').length");
    assert!(in_document.as_u64().is_some_and(|rows| rows < 100), "only what is seen is drawn, not {in_document} rows");
    let timed = |action: &str| {
        browser.run(&format!(
            "const begun = performance.now(); {action}; document.body.offsetHeight; return performance.now() - begun"
        ))
    };
    let loaded = browser.run("return performance.getEntriesByType('navigation')[0].loadEventEnd");
    let searched =
        timed("const query = document.getElementById('query'); query.value = 'site-3 app-17 service'; query.oninput()");
    assert_eq!(browser.text("#found"), "6 matches of 5,205");
    let narrowed =
        timed("const query = document.getElementById('query'); query.value = 'app-17 service'; query.oninput()");
    assert_eq!(browser.text("#found"), "30 matches of 5,205");
    browser.click(".row.object:not(.above)");
    assert_eq!(browser.text("#detail .over"), "Service");
    browser.run("document.getElementById('query').value = ''; document.getElementById('query').oninput()");
    let drawn = timed("document.getElementById('show-map').click()");
    eprintln!(
        "page {} kB, loaded in {loaded} ms, searched in {searched} and {narrowed} ms, map drawn in {drawn} ms",
        page.len() / 1024
    );
    browser.keep("graph-large-map.png");
}

#[test]
fn a_small_screen_shows_one_thing_at_a_time() {
    let page = graph_html(&large(), PageOptions { title: "fleet", source_url: None });
    let Some(browser) = Browser::start(500, 800) else { return };
    let (_folder, path) = written(&page);
    browser.open(&path, "");
    let shown = || browser.run("return getComputedStyle(document.getElementById('detail')).display !== 'none'");
    assert_eq!(shown(), false);
    browser.click(".row.object");
    assert_eq!(shown(), true);
    browser.keep("graph-small.png");
    browser.click("#close");
    assert_eq!(shown(), false);
    let wide = browser.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth");
    assert_eq!(wide, false, "nothing is cut off at the side");
}
