//! `replicas-to-zero`: a workload is stopped.

use super::{
    super::Level,
    Check, Hazard,
    seen::{Found, Seen, origin_of, text},
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "replicas-to-zero",
    summary: "a workload that ran has no replicas any more",
    why: "All its Pods are stopped, and nothing answers in their place.",
    check: Check::Object(check),
};

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some((before, after)) = seen.kept() else { return };
    let scales = matches!(after.id.kind.as_str(), "Deployment" | "StatefulSet" | "ReplicaSet" | "Rollout");
    let replicas = &["spec", "replicas"];
    if scales && text(after, replicas) == Some("0") && text(before, replicas) != Some("0") {
        let was = text(before, replicas).unwrap_or("1");
        let message = format!("{} goes from {was} replicas to none", after.id);
        found.after(Level::Warning, after, origin_of(after, replicas), message);
    }
}
