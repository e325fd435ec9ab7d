//! A `helm` on this machine, which runs templates where a user allows it.
//!
//! It is given a copy of the chart in a temporary folder, the values in a file that only this user can read, and no environment: no credentials, no plugins, no
//! proxies but one that leads nowhere. Must not know where charts and values come from.
#![expect(clippy::disallowed_methods, reason = "the one place that runs helm, on files of its own")]

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    Release,
    render::{ChartContent, Printed, RenderError, Renderer},
};
use crate::schema::value_to_json;

/// The most that is read of what helm prints.
const MAX_OUTPUT_BYTES: u64 = 64 * 1024 * 1024;
/// How often the program is looked after.
const TICK: Duration = Duration::from_millis(10);
/// Nothing listens there: a chart that asks for the network is told so at once.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The program.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    timeout: Duration,
}

impl Program {
    /// The program at an absolute path, which is ended if one chart takes longer than `timeout`.
    pub fn new(path: &Path, timeout: Duration) -> Self {
        Self { path: path.to_owned(), timeout }
    }

    fn run(&self, chart: &ChartContent, release: &Release) -> Result<Printed, RenderError> {
        let failed = |error: io::Error| RenderError::NotRun(format!("helm could not be run: {error}"));
        // Taken away when the function ends, however it ends.
        let folder = tempfile::tempdir().map_err(failed)?;
        let chart = write_chart(folder.path(), chart).map_err(failed)?;
        let values = write_values(folder.path(), release).map_err(failed)?;
        let (output, errors) = (folder.path().join("output"), folder.path().join("errors"));
        let mut command = Command::new(&self.path);
        command
            .env_clear()
            .envs(["HOME", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"].map(|name| (name, folder.path())))
            .envs(["HTTP_PROXY", "HTTPS_PROXY"].map(|name| (name, NOWHERE)))
            .current_dir(folder.path())
            .args(arguments(release))
            .arg("--values")
            .arg(&values)
            .arg("--")
            .arg(release.name.as_str())
            .arg(&chart)
            .stdin(Stdio::null())
            .stdout(File::create(&output).map_err(failed)?)
            .stderr(File::create(&errors).map_err(failed)?);
        let child = command.spawn().map_err(failed)?;
        let status = self.wait(child, &output)?;
        let said = fs::read(&errors).map_err(failed)?;
        // The copy's place means nothing to people.
        let messages = String::from_utf8_lossy(&said).trim().replace(&format!("{}/", folder.path().display()), "");
        if !status.success() {
            return Err(RenderError::Refused(messages.trim_start_matches("Error: ").to_owned()));
        }
        let documents = String::from_utf8(fs::read(&output).map_err(failed)?)
            .map_err(|_| RenderError::NotRun("what helm printed is not valid UTF-8".to_owned()))?;
        Ok(Printed { documents, messages })
    }

    /// Waits for the program; ends it when its time is over, or when it prints without end.
    fn wait(&self, mut child: Child, output: &Path) -> Result<ExitStatus, RenderError> {
        let deadline = Instant::now() + self.timeout;
        let reason = loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => {}
                Err(error) => break format!("helm could not be waited for: {error}"),
            }
            if Instant::now() >= deadline {
                break format!("helm took longer than {} s", self.timeout.as_secs());
            }
            if fs::metadata(output).is_ok_and(|file| file.len() > MAX_OUTPUT_BYTES) {
                break format!("helm printed more than {} MiB", MAX_OUTPUT_BYTES / 1024 / 1024);
            }
            thread::sleep(TICK);
        };
        // It may have ended by itself meanwhile.
        let _ = child.kill();
        let _ = child.wait();
        Err(RenderError::NotRun(reason))
    }
}

impl Renderer for Program {
    fn render(&self, chart: &ChartContent, release: &Release) -> Result<Printed, RenderError> {
        self.run(chart, release)
    }
}

/// What the release asks of helm. Nothing here reaches for a cluster or a repository.
fn arguments(release: &Release) -> Vec<String> {
    let mut arguments = vec!["template".to_owned()];
    let mut flag = |name: &str, wanted: bool| arguments.extend(wanted.then(|| name.to_owned()));
    flag("--include-crds", release.include_crds);
    flag("--skip-tests", release.skip_tests);
    flag("--skip-schema-validation", release.skip_schema);
    let mut option = |name: &str, value: &str| arguments.push(format!("{name}={value}"));
    if let Some(namespace) = &release.namespace {
        option("--namespace", namespace);
    }
    if let Some(version) = &release.kube_version {
        option("--kube-version", version);
    }
    for version in &release.api_versions {
        option("--api-versions", version);
    }
    arguments
}

/// Writes the chart into a folder that only this user can read, and gives its path.
fn write_chart(folder: &Path, chart: &ChartContent) -> io::Result<PathBuf> {
    match chart {
        ChartContent::Archive(bytes) => {
            let path = folder.join("chart.tgz");
            fs::write(&path, bytes)?;
            Ok(path)
        }
        ChartContent::Files(files) => {
            let root = folder.join("chart");
            for (path, content) in files {
                let path = root.join(path.as_str());
                fs::create_dir_all(path.parent().unwrap_or(&root))?;
                fs::write(path, content)?;
            }
            Ok(root)
        }
    }
}

/// Writes the values as JSON, which is YAML, into a file with mode 0600.
fn write_values(folder: &Path, release: &Release) -> io::Result<PathBuf> {
    let text = value_to_json(&release.values).to_string();
    let mut file = tempfile::Builder::new().prefix("values-").suffix(".yaml").tempfile_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    // The folder is taken away with everything in it.
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}
