//! Helm releases and their values, which the release's own blueprint and others contribute.
//!
//! Must not know secrets.

use super::{Composer, Composition};
use crate::blueprint::{
    manifest::{self, Fragment, FragmentSource, Id, Kind, Manifest},
    model::{Chart, Release, Repository},
    values::{self, FragmentText, Values},
};

/// Merges the fragments of every release.
pub(super) fn merge(composition: &mut Composition) {
    let fragments = std::mem::take(&mut composition.fragments);
    for (release, fragments) in composition.model.releases.iter_mut().zip(&fragments) {
        match values::merge(fragments) {
            Ok(values) => release.values = values,
            Err(problems) => composition.problems.extend(problems),
        }
    }
}

impl Composer<'_> {
    pub(super) fn releases(&mut self) {
        for (id, release) in &self.manifest.releases {
            if self.holds(release.when.as_ref()) {
                let number = self.made.model.releases.len();
                self.made.numbers.insert((Kind::Release, self.id(id)), number);
                let fragments = self.fragments(&release.values);
                let release = self.release(id, release);
                self.made.model.releases.push(release);
                self.made.fragments.push(fragments);
            }
        }
    }

    /// Values for releases of other blueprints, and further ones for own.
    pub(super) fn contributions(&mut self) {
        for (release, fragments) in &self.manifest.values {
            let fragments = self.fragments(fragments);
            if fragments.is_empty() {
                continue;
            }
            if let Some(number) = self.number(Kind::Release, release)
                && let Some(all) = self.made.fragments.get_mut(number)
            {
                all.extend(fragments);
            }
        }
    }

    fn release(&mut self, id: &Id, release: &manifest::Release) -> Release {
        let name = self.text(&release.name);
        let is_only = self.manifest.releases.len() == 1 && !self.scope.path.is_empty();
        let label = if is_only { self.prefix().trim_end_matches('-').to_owned() } else { self.prefix() + &id.name };
        let repository = &release.repository;
        let retries = self.text_or(release.retries.as_ref(), "3");
        Release {
            id: self.id(id).dotted(),
            stage: self.scope.stage,
            label,
            namespace: self.text(&release.namespace),
            chart: Chart {
                name: self.text(&release.chart),
                version: self.text(&release.version),
                repository: Repository {
                    name: self.text(&repository.name),
                    namespace: self.text(&repository.namespace),
                    url: self.text(&repository.url),
                    interval: self.text_or(repository.interval.as_ref(), "1h"),
                },
            },
            interval: self.text_or(release.interval.as_ref(), "10m"),
            timeout: self.text_or(release.timeout.as_ref(), "10m"),
            retries: retries.parse().unwrap_or_else(|_| {
                let span = release.retries.as_ref().map_or(id.span, |text| text.span);
                self.fault(span, format!("`{retries}` is not a number of retries"));
                0
            }),
            drift: self.text_or(release.drift.as_ref(), "disabled"),
            values_object: self.text_or(release.values_object.as_ref(), &format!("{name}-values")),
            values: Values::default(),
            secret_values: Vec::new(),
            name,
        }
    }

    fn fragments(&mut self, fragments: &[Fragment]) -> Vec<FragmentText> {
        let mut texts = Vec::new();
        for fragment in fragments {
            if !self.holds(fragment.when.as_ref()) {
                continue;
            }
            let folder = &self.scope.blueprint.folder;
            let (path, text) = match &fragment.source {
                FragmentSource::File(path, span) => {
                    (folder.place(path), self.rendered_file(path, *span).unwrap_or_default())
                }
                FragmentSource::Inline(span) => {
                    let text = folder.text(&Manifest::path());
                    let source = text.map(|text| values::cut_out(text, *span)).unwrap_or_default();
                    match self.renderer.yaml(&source, &self.scope.context) {
                        Ok(text) => (self.file.clone(), text),
                        Err(error) => {
                            self.fault(*span, error.message);
                            continue;
                        }
                    }
                }
            };
            texts.push(FragmentText { path, text, appends: fragment.appends });
        }
        texts
    }
}
