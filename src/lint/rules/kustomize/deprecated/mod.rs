//! What the rules on deprecated fields share: finding such a field, and moving what it says to the one that took its place.
//!
//! Must not know which fields are deprecated.

use crate::{
    diagnostic::{Fix, Label, Safety},
    lint::Report,
    project::{File, KustomizationFile, Project},
    yaml::{
        Document, Node, Origin, Route, Value,
        edit::{DocumentEditor, EditError},
    },
};

/// A way to write a kustomization without the field.
pub(super) type Migration = fn(&mut DocumentEditor<'_>, Node<'_>) -> Result<(), EditError>;

/// Reports `field` if a kustomization has it, with the first migration that leaves what it renders to as it is.
pub(super) fn check(
    project: &Project,
    kustomization: &KustomizationFile,
    (field, instead): (&str, &str),
    migrations: &[Migration],
    report: &mut Report<'_>,
) {
    let stream = project.file(&kustomization.path).and_then(File::stream);
    let Some(root) = stream.and_then(|stream| stream.documents().next()).map(Document::root) else { return };
    let Some(entry) = root.entry(field) else { return };
    let fix = migrations.iter().find_map(|migration| migrated(project, kustomization, root, *migration));
    report
        .at(Label::new(&kustomization.path, entry.key.span(), ""), format!("`{field}` is deprecated"))
        .help(format!("use `{instead}`"))
        .fix(fix.map(|changes| Fix { title: format!("use `{instead}`"), safety: Safety::Safe, changes }));
}

fn migrated(
    project: &Project,
    kustomization: &KustomizationFile,
    root: Node<'_>,
    migration: Migration,
) -> Option<crate::change::ChangeSet> {
    let origin = Origin { file: project.file(&kustomization.path)?.id()?, offset: root.span().start };
    let changes = project.edit(origin, |document, _| migration(document, root))?;
    project.renders_alike(kustomization, &changes).then_some(changes)
}

/// Where the items of a list go in the list that takes its place.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Front,
    Back,
}

/// Moves the items of the list `field` to the list `target`, each in the form that `convert` gives it.
pub(super) fn move_items(
    document: &mut DocumentEditor<'_>,
    root: Node<'_>,
    (field, target): (&str, &str),
    side: Side,
    convert: impl Fn(Node<'_>) -> Option<Value>,
) -> Result<(), EditError> {
    let from = Route::of_keys(&[field]);
    let to = Route::of_keys(&[target]);
    let items: Vec<Node<'_>> = root.get(field).into_iter().flat_map(Node::items).collect();
    let Some(present) = root.get(target) else {
        document.rename_key(&from, target)?;
        for (index, item) in items.into_iter().enumerate() {
            if let Some(value) = convert(item) {
                document.replace(&to.clone().index(index), &value)?;
            }
        }
        return Ok(());
    };
    let length = present.items().len();
    for (index, item) in items.into_iter().enumerate() {
        let value = convert(item).or_else(|| item.to_value(Origin::NONE.file).ok());
        let at = if let Side::Front = side { index } else { length + index };
        document.insert_item(&to, at, &value.unwrap_or_else(Value::null))?;
    }
    document.remove(&from)
}
