//! `major-version`: a chart or an image goes to another major version, or back.

use super::{
    super::Level,
    Check, Hazard,
    seen::{Found, Seen},
};
use crate::{
    graph::{PodTemplate, pod_template},
    helm::ChartSource,
    project::Object,
    yaml::{Origin, Value},
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "major-version",
    summary: "a chart or an image goes to another major version, or back to an older one",
    why: "A major version may break what works; its release notes say what has to be done by hand.",
    check: Check::Object(check),
};

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some((before, after)) = seen.kept() else { return };
    let [old, new] = &seen.whole.comparison.releases;
    for (old, new) in old.asked_by(before).iter().zip(new.asked_by(after)) {
        if let (Some((name, old)), Some((same, new))) =
            (chart(old.release.chart.as_ref()), chart(new.release.chart.as_ref()))
            && name == same
        {
            let origin = chart_version(after).unwrap_or_else(|| after.origin());
            report(found, after, origin, &format!("chart {name}"), old, new);
        }
    }
    let images = |object: &Object| -> Vec<(String, String, Origin)> {
        let pod = pod_template(&object.id, &object.value);
        let containers = pod.iter().flat_map(PodTemplate::containers).filter_map(|container| container.get("image"));
        containers
            .filter_map(|image| {
                let (name, tag) = split(image.as_str()?)?;
                Some((name.to_owned(), tag.to_owned(), image.origin))
            })
            .collect()
    };
    let old = images(before);
    for (name, tag, origin) in images(after) {
        if let Some((_, old, _)) = old.iter().find(|(one, _, _)| *one == name) {
            report(found, after, origin, &format!("image {name}"), old, &tag);
        }
    }
}

/// The name of a chart and the version that is asked for.
fn chart(chart: Option<&ChartSource>) -> Option<(&str, &str)> {
    match chart? {
        ChartSource::Repository { name, version, .. } => Some((name, version.as_deref()?)),
        ChartSource::Oci { url, version } => Some((url.rsplit('/').next().unwrap_or(url), version.as_deref()?)),
        ChartSource::Folder(_) | ChartSource::Elsewhere { .. } => None,
    }
}

/// Where the version of a chart is written.
fn chart_version(object: &Object) -> Option<Origin> {
    let ways: [&[&str]; 2] = [&["spec", "chart", "spec", "version"], &["spec", "source", "targetRevision"]];
    ways.iter().find_map(|way| object.value.pointer(way).map(|value: &Value| value.origin))
}

/// The name and the tag of an image.
fn split(image: &str) -> Option<(&str, &str)> {
    let image = image.split('@').next()?;
    let (name, tag) = image.rsplit_once(':')?;
    (!tag.contains('/')).then_some((name, tag))
}

fn report(found: &mut Found<'_>, object: &Object, origin: Origin, what: &str, old: &str, new: &str) {
    let (Some(before), Some(after)) = (numbers(old), numbers(new)) else { return };
    let (Some(old_major), Some(new_major)) = (before.first(), after.first()) else { return };
    let id = &object.id;
    if new_major > old_major {
        found.after(Level::Warning, object, origin, format!("{id}: {what} {old} → {new} is a major version"));
    } else if after < before {
        found.after(Level::Warning, object, origin, format!("{id}: {what} goes back from {old} to {new}"));
    }
}

/// The numbers of a version; `None` if it is none, or counts by the calendar.
fn numbers(version: &str) -> Option<Vec<u64>> {
    const CALENDAR: u64 = 1000;
    let version = version.trim_start_matches(['v', '^', '~', '=', '>', ' ']);
    let plain = version.split(['-', '+', ' ', ',']).next()?;
    if !plain.contains('.') {
        return None;
    }
    let parts = plain.split('.').take_while(|part| !matches!(*part, "x" | "X" | "*"));
    let numbers: Vec<u64> = parts.map(|part| part.parse().ok()).collect::<Option<_>>()?;
    numbers.first().is_some_and(|major| *major < CALENDAR).then_some(numbers)
}
