//! The order of what two sides have.
//!
//! Must not know what is ordered.

/// The order of the survivors: our order with what only they have behind what it follows on their side; or, where only they changed the order, the other way round.
pub(super) fn weave<T: PartialEq + Clone>(
    base: &[T],
    ours: &[T],
    theirs: &[T],
    survives: &dyn Fn(&T) -> bool,
) -> Vec<T> {
    let kept = |row: &[T]| row.iter().filter(|item| survives(item)).cloned().collect::<Vec<T>>();
    let (ours, theirs) = (kept(ours), kept(theirs));
    let everywhere = |item: &&T| base.contains(item) && ours.contains(item) && theirs.contains(item);
    let shared = |row: &[T]| row.iter().filter(everywhere).cloned().collect::<Vec<T>>();
    let (in_base, in_ours, in_theirs) = (shared(base), shared(&ours), shared(&theirs));
    let (mut order, other) = if in_ours == in_base && in_theirs != in_base { (theirs, ours) } else { (ours, theirs) };
    let mut behind = 0;
    for item in other {
        if let Some(at) = order.iter().position(|present| *present == item) {
            behind = at;
        } else {
            order.insert(behind, item);
        }
        behind += 1;
    }
    order
}
