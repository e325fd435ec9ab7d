//! Kinds of custom resources from a cloudcoil wheel; `wheel.py` reads its classes.

use std::{error::Error, path::Path, process::Command};

use serde_json::Value;

use crate::Kind;

/// Runs the reader over one wheel. Its file name, `cloudcoil_models_<project>-<version>-…`, gives the source.
pub fn kinds(reader: &Path, wheel: &Path) -> Result<Vec<Kind>, Box<dyn Error>> {
    let output = Command::new("python3").arg(reader).arg(wheel).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let name = wheel.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut parts = name.split('-');
    let project = match parts.next() {
        Some("cloudcoil_models_cert_manager") => "cert-manager",
        Some("cloudcoil_models_fluxcd") => "Flux",
        Some("cloudcoil_models_prometheus_operator") => "Prometheus operator",
        Some("cloudcoil_models_sealed_secrets") => "Sealed Secrets",
        _ => return Err(format!("{name}: not a wheel this generator knows").into()),
    };
    let version = parts.next().unwrap_or_default();
    // The fourth number counts the wheel's own releases.
    let version = version.rsplitn(2, '.').last().unwrap_or_default();
    let found: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Ok(found
        .into_iter()
        .map(|mut found| Kind {
            group: text(&found, "group"),
            version: text(&found, "version"),
            kind: text(&found, "kind"),
            source: format!("{project} {version}"),
            schema: found["schema"].take(),
        })
        .collect())
}
