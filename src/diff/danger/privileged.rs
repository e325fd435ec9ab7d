//! `privileged`: Pods get power over the machine that they run on.

use std::collections::BTreeMap;

use super::{
    super::Level,
    Check, Hazard,
    seen::{Found, Seen},
};
use crate::{
    graph::pod_template,
    project::Object,
    yaml::{Origin, Value},
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "privileged",
    summary: "Pods become privileged, share namespaces of the machine, mount its files or gain capabilities",
    why: "Whoever takes over such a Pod takes over the machine, and often the cluster.",
    check: Check::Object(check),
};

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some(after) = seen.after else { return };
    let before = seen.before.map(powers).unwrap_or_default();
    for (power, (level, origin)) in powers(after) {
        if !before.contains_key(&power) {
            found.after(level, after, origin, format!("{} {power}", after.id));
        }
    }
}

/// What the Pods of an object may do that others may not.
fn powers(object: &Object) -> BTreeMap<String, (Level, Origin)> {
    let mut powers = BTreeMap::new();
    let Some(pod) = pod_template(&object.id, &object.value) else { return powers };
    let mut add = |level: Level, value: &Value, power: String| {
        powers.entry(power).or_insert((level, value.origin));
    };
    for (field, power) in
        [("hostNetwork", "uses the network"), ("hostPID", "sees the processes"), ("hostIPC", "shares the memory")]
    {
        if let Some(value) = pod.spec.get(field).filter(|value| value.as_bool() == Some(true)) {
            add(Level::Warning, value, format!("{power} of the machine ({field})"));
        }
    }
    for volume in pod.volumes() {
        if let Some(path) = volume.pointer(&["hostPath", "path"]).and_then(Value::as_scalar) {
            add(Level::Warning, volume, format!("mounts {} of the machine (hostPath)", path.text));
        }
    }
    for container in pod.containers() {
        let name = container.get("name").and_then(Value::as_str).unwrap_or("?");
        let Some(context) = container.get("securityContext") else { continue };
        if let Some(value) = context.get("privileged").filter(|value| value.as_bool() == Some(true)) {
            add(Level::Error, value, format!("runs container {name} privileged"));
        }
        for capability in context.pointer(&["capabilities", "add"]).and_then(Value::as_sequence).unwrap_or_default() {
            let Some(text) = capability.as_str() else { continue };
            let level = if matches!(text.trim_start_matches("CAP_"), "ALL" | "SYS_ADMIN") {
                Level::Error
            } else {
                Level::Warning
            };
            if text.trim_start_matches("CAP_") != "NET_BIND_SERVICE" {
                add(level, capability, format!("gives container {name} the capability {text}"));
            }
        }
    }
    powers
}
