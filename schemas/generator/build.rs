//! Writes the list of Kubernetes' own kinds: every type of `k8s-openapi`, in the version that a feature chooses, that has the metadata of objects.

use std::{env, error::Error, fs, path::Path, process::Command};

fn main() -> Result<(), Box<dyn Error>> {
    let version = env::vars().find_map(|(name, _)| Some(name.strip_prefix("CARGO_FEATURE_V1_")?.to_owned()));
    let version = version.ok_or("a feature must choose the version of Kubernetes")?;
    let output = Command::new(env::var("CARGO")?).args(["metadata", "--format-version=1", "--offline"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let package = packages.iter().find(|package| package["name"] == "k8s-openapi").ok_or("k8s-openapi is missing")?;
    let manifest = Path::new(package["manifest_path"].as_str().ok_or("k8s-openapi has no path")?);
    let mut types = Vec::new();
    collect(&manifest.with_file_name("src").join(format!("v1_{version}")), "k8s_openapi", &mut types)?;
    types.sort();
    let list = format!(
        "const MINOR: u32 = {version};\nfn kinds() -> Vec<Kind> {{ vec![\n{}\n] }}\n",
        types.iter().map(|name| format!("kind::<{name}>(),")).collect::<Vec<_>>().join("\n")
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("kinds.rs"), list)?;
    Ok(())
}

fn collect(folder: &Path, module: &str, types: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{module}::{name}"), types)?;
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let Some((_, rest)) = text.split_once("\nimpl crate::Metadata for ") else { continue };
        let Some((kind, rest)) = rest.split_once(" {") else { continue };
        if rest.lines().take(3).any(|line| line.trim_end().ends_with("::ObjectMeta;")) {
            types.push(format!("{module}::{kind}"));
        }
    }
    Ok(())
}
