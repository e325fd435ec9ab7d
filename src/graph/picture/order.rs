//! The order in which units become ready, and those that wait for each other for ever.
//!
//! A unit comes behind its parent and behind all that it depends on. Must not know what units are.

/// The order of units.
pub(super) struct Order {
    /// For each unit the number of units one after the other before it; those that wait for each other do not count among themselves.
    pub steps: Vec<usize>,
    /// The units that wait for each other, each group and the groups sorted.
    pub cycles: Vec<Vec<usize>>,
}

/// Orders units; `before` holds what comes directly before each of them, as places in the same list.
pub(super) fn order(before: &[Vec<usize>]) -> Order {
    let mut order = Order { steps: vec![0; before.len()], cycles: Vec::new() };
    for mut group in groups(before) {
        for &unit in &group {
            let earlier = before[unit].iter().filter(|other| !group.contains(other));
            order.steps[unit] = earlier.map(|&other| order.steps[other] + 1).max().unwrap_or_default();
        }
        if group.len() > 1 || group.iter().any(|&unit| before[unit].contains(&unit)) {
            group.sort_unstable();
            order.cycles.push(group);
        }
    }
    order.cycles.sort();
    order
}

/// The groups of units that come before each other (strongly connected components), earlier groups first, by Tarjan's algorithm without recursion.
fn groups(before: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = before.len();
    let (mut number, mut low, mut on_stack) = (vec![NEW; count], vec![0; count], vec![false; count]);
    let (mut stack, mut groups, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..count {
        // A unit on the way, and how many of those before it were looked at.
        let mut way = if number[root] == NEW { vec![(root, 0)] } else { Vec::new() };
        while let Some((unit, looked_at)) = way.pop() {
            if looked_at == 0 {
                (number[unit], low[unit], on_stack[unit]) = (next, next, true);
                next += 1;
                stack.push(unit);
            }
            if let Some(&other) = before[unit].get(looked_at) {
                way.push((unit, looked_at + 1));
                if number[other] == NEW {
                    way.push((other, 0));
                } else if on_stack[other] {
                    low[unit] = low[unit].min(number[other]);
                }
                continue;
            }
            if let Some(&(earlier, _)) = way.last() {
                low[earlier] = low[earlier].min(low[unit]);
            }
            if low[unit] == number[unit] {
                let start = stack.iter().rposition(|&one| one == unit).unwrap_or_default();
                let group = stack.split_off(start);
                for &one in &group {
                    on_stack[one] = false;
                }
                groups.push(group);
            }
        }
    }
    groups
}
