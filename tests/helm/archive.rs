//! Archives: read in memory, and refused where they are hostile.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use treewright::helm::{ArchiveError, Chart, ChartError};

/// An archive with these files; of the content, only the length may count.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // Names are written as they are, good or bad.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *content).expect("written");
    }
    builder.into_inner().expect("ended").finish().expect("ended")
}

fn refused(bytes: &[u8]) -> ArchiveError {
    match Chart::from_archive(bytes).expect_err("refused") {
        ChartError::Archive(error) => error,
        other => panic!("{other}"),
    }
}

const CHART: &[u8] = b"apiVersion: v2\nname: hub\nversion: 1.2.3\n";

#[test]
fn a_chart_is_read_with_everything_in_it() {
    let inner = archive(&[("db/Chart.yaml", b"name: db\nversion: 2.0.0\n"), ("db/values.yaml", b"size: 1Gi\n")]);
    let bytes = archive(&[
        ("hub/Chart.yaml", CHART),
        ("hub/values.yaml", b"\xef\xbb\xbfa: 1\n"),
        ("hub/values.schema.json", b"{\"type\": \"object\"}"),
        ("hub/crds/crd.yaml", b"kind: CustomResourceDefinition\n"),
        ("hub/templates/a.yaml", b"{{ not YAML }}"),
        ("hub/charts/db-2.0.0.tgz", &inner),
        ("hub/charts/db-2.0.0.tgz.prov", b"signature"),
        ("hub/charts/README.md", b"text"),
        ("hub/charts/_old/Chart.yaml", b"{"),
        ("hub/charts/web/Chart.yaml", b"name: web\nversion: 0.1.0\n"),
    ]);
    let chart = Chart::from_archive(&bytes).expect("a chart");
    assert_eq!((chart.name(), chart.metadata.version.as_str()), ("hub", "1.2.3"));
    assert_eq!(chart.values.get("a").and_then(|value| value.as_scalar()).map(|a| a.text.as_str()), Some("1"));
    assert!(chart.has_schema());
    assert_eq!(chart.crds.len(), 1);
    let inner: Vec<&str> = chart.charts.iter().map(|chart| chart.name()).collect();
    assert_eq!(inner, ["db", "web"]);
}

#[test]
fn hostile_archives_are_refused_with_a_reason() {
    for name in ["hub/../../etc/passwd", "/etc/passwd", "..\\hub\\x", "c:/hub/x", "Chart.yaml", "hub/a/../../../x"] {
        assert_eq!(refused(&archive(&[("hub/Chart.yaml", CHART), (name, b"x")])), ArchiveError::Path(name.into()));
    }
    let large = vec![0; 5 * 1024 * 1024 + 1];
    assert_eq!(refused(&archive(&[("hub/big", &large)])), ArchiveError::FileTooLarge("hub/big".into()));
    let names: Vec<String> = (0..21).map(|number| format!("hub/{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &large[1..])).collect();
    assert_eq!(refused(&archive(&many)), ArchiveError::TooLarge);
    let names: Vec<String> = (0..20_001).map(|number| format!("hub/{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(&archive(&many)), ArchiveError::TooManyFiles);
    assert_eq!(refused(&archive(&[])), ArchiveError::Empty);
}

#[test]
fn links_are_refused() {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "hub/values.yaml", "/etc/passwd").expect("written");
    let bytes = builder.into_inner().expect("ended").finish().expect("ended");
    assert_eq!(refused(&bytes), ArchiveError::Irregular("hub/values.yaml".into()));
}

#[test]
fn what_is_no_archive_is_refused() {
    let whole = archive(&[("hub/Chart.yaml", CHART), ("hub/values.yaml", &[b'#'; 4096])]);
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(&[7; 2048]).expect("written");
    for bytes in [&b""[..], b"no archive", &whole[..whole.len() / 2], &zip.finish().expect("ended")] {
        assert!(matches!(refused(bytes), ArchiveError::Unreadable(_)), "{:?}", refused(bytes));
    }
}

#[test]
fn broken_charts_are_refused_by_file() {
    let said = |files: &[(&str, &[u8])]| Chart::from_archive(&archive(files)).expect_err("refused").to_string();
    assert_eq!(said(&[("hub/values.yaml", b"a: 1\n")]), "there is no Chart.yaml");
    let values = said(&[("hub/Chart.yaml", CHART), ("hub/values.yaml", b"- a\n")]);
    assert_eq!(values, "values.yaml: values are one mapping");
    let inner = said(&[("hub/Chart.yaml", CHART), ("hub/charts/db/values.yaml", b"a: 1\n")]);
    assert_eq!(inner, "charts/db: there is no Chart.yaml");
    let broken = said(&[("hub/Chart.yaml", b"name: [\n")]);
    assert!(broken.starts_with("Chart.yaml: line "), "{broken}");
}

#[test]
fn charts_within_charts_come_to_an_end() {
    let mut inner = archive(&[("a/Chart.yaml", b"name: a\nversion: 1.0.0\n")]);
    for _ in 0..20 {
        inner = archive(&[("a/Chart.yaml", b"name: a\nversion: 1.0.0\n"), ("a/charts/a.tgz", &inner)]);
    }
    let said = Chart::from_archive(&inner).expect_err("refused").to_string();
    assert!(said.ends_with("its charts nest deeper than 16 levels"), "{said}");
}
