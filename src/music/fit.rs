//! Chooses pieces, and the crossfades between them, so that the last one ends just as a stretch of time ends. Pure.

use crate::units::Length;

/// A piece that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How long it sounds.
    pub length: Length,
    /// How much of its beginning is so soft that it lies beneath the piece before, over the crossfade.
    pub head: Length,
    /// How much of its end is so soft that it lies beneath the piece after, over the crossfade.
    pub tail: Length,
    /// Whether it may sound shorter or longer: a bed may.
    pub stretches: bool,
}

/// What is to be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// How long it is, from where the first piece's crossfade begins.
    pub length: Length,
    /// Whether a piece sounds before it, beneath which the first piece's head lies.
    pub joins: bool,
}

/// A piece that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which candidate.
    pub candidate: usize,
    /// How long it sounds.
    pub length: Length,
    /// The crossfade at its end, into the next.
    pub crossfade: Length,
}

/// More candidates than this are tried in their order only: every choice of 14 is 16 384 choices.
const MOST_TRIED: usize = 14;

/// Chooses some of the candidates, in their order, so that with a crossfade between each two they fill `span` to the
/// frame. A crossfade may be half to twice the one that is asked for, and a bed half to one and a half its length.
/// With `repeat`, all of them may be played several times before. The choice that bends least wins, then the one of more pieces.
/// `None` where nothing fits.
pub fn choose(candidates: &[Candidate], span: Span, crossfade: Length, repeat: bool) -> Option<Vec<Slot>> {
    let tried = candidates.len().min(MOST_TRIED);
    let round: u64 = candidates.iter().map(|c| c.length.less(crossfade).less(c.head + c.tail).0).sum();
    let most_rounds = if repeat && round > 0 { (span.length.0 / round).min(200) } else { 0 };
    // Whole rounds first, then a choice; one round less leaves room where beds and crossfades have to give.
    let rounds = (most_rounds.saturating_sub(1)..=most_rounds).filter(|rounds| *rounds == 0 || repeat);
    let mut best: Option<(f64, Vec<Slot>)> = None;
    for rounds in rounds {
        for choice in 0u32..1 << tried {
            let order = order(candidates.len(), rounds, choice);
            if let Some((bend, slots)) = bend(candidates, &order, span, crossfade)
                && best.as_ref().is_none_or(|(least, kept)| (bend, kept.len()) < (*least, slots.len()))
            {
                best = Some((bend, slots));
            }
        }
    }
    best.map(|(_, slots)| slots)
}

fn order(candidates: usize, rounds: u64, choice: u32) -> Vec<usize> {
    let whole = (0..rounds).flat_map(|_| 0..candidates);
    whole.chain((0..candidates.min(MOST_TRIED)).filter(|n| choice >> n & 1 == 1)).collect()
}

/// Makes an order fill the span to the frame, and says how far lengths had to bend for it; `None` where they can't.
fn bend(candidates: &[Candidate], order: &[usize], span: Span, crossfade: Length) -> Option<(f64, Vec<Slot>)> {
    let gaps = (order.len() as u64).checked_sub(1)?;
    let sound: u64 = order.iter().map(|n| candidates[*n].length.0).sum();
    let soft: u64 = order.windows(2).map(|pair| (candidates[pair[0]].tail + candidates[pair[1]].head).0).sum();
    let first = if span.joins { candidates[order[0]].head.0 } else { 0 };
    let (total, span) = (sound.checked_sub(soft + first)?, span.length);
    let beds: u64 = order.iter().filter(|n| candidates[**n].stretches).map(|n| candidates[*n].length.0).sum();
    let shortest = order.iter().map(|n| candidates[*n].length.0).min()?;
    // Crossfades give first, within their bounds; then beds. A piece keeps a third of its length to itself.
    let widest = (crossfade.0 * 2).min(shortest / 3);
    let narrowest = (crossfade.0 / 2).min(widest);
    let wanted = total as i128 - span.0 as i128;
    let overlap = wanted.clamp(i128::from(narrowest * gaps), i128::from(widest * gaps)) as u64;
    let stretch = span.0 as i128 - (total - overlap.min(total)) as i128;
    if stretch.unsigned_abs() * 2 > u128::from(beds) {
        return None;
    }
    let usual = crossfade.0.min(widest) * gaps;
    let bend =
        overlap.abs_diff(usual) as f64 / (usual.max(1)) as f64 + stretch.unsigned_abs() as f64 / beds.max(1) as f64;
    Some((bend, slots(candidates, order, overlap, gaps, stretch, beds)))
}

/// Spreads the overlap over the gaps and the stretch over the beds; what doesn't divide goes to the last of each.
fn slots(candidates: &[Candidate], order: &[usize], overlap: u64, gaps: u64, stretch: i128, beds: u64) -> Vec<Slot> {
    let (mut overlap_left, mut gaps_left, mut stretch_left, mut beds_left) = (overlap, gaps, stretch, i128::from(beds));
    let slot = |n: &usize| {
        let candidate = candidates[*n];
        let crossfade = overlap_left.checked_div(gaps_left).unwrap_or(0);
        overlap_left -= crossfade;
        gaps_left = gaps_left.saturating_sub(1);
        let mut length = i128::from(candidate.length.0);
        if candidate.stretches {
            let share = if beds_left > 0 { stretch_left * length / beds_left } else { stretch_left };
            (stretch_left, beds_left) = (stretch_left - share, beds_left - length);
            length += share;
        }
        Slot { candidate: *n, length: Length(u64::try_from(length).unwrap_or(0)), crossfade: Length(crossfade) }
    };
    order.iter().map(slot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(lengths: &[u64]) -> Vec<Candidate> {
        lengths.iter().map(|length| piece(*length)).collect()
    }

    fn piece(length: u64) -> Candidate {
        Candidate { length: Length(length), head: Length::NONE, tail: Length::NONE, stretches: false }
    }

    fn alone(length: u64) -> Span {
        Span { length: Length(length), joins: false }
    }

    fn filled(slots: &[Slot]) -> u64 {
        let lengths: u64 = slots.iter().map(|slot| slot.length.0).sum();
        let crossfades: u64 = slots.iter().take(slots.len() - 1).map(|slot| slot.crossfade.0).sum();
        lengths - crossfades
    }

    #[test]
    fn the_chosen_pieces_end_as_the_span_ends() {
        let slots = choose(&pieces(&[180, 200, 95, 240]), alone(412), Length(12), false)
            .expect("180 + 240 less a crossfade of 8");
        assert_eq!(filled(&slots), 412);
        assert_eq!(slots.iter().map(|slot| slot.candidate).collect::<Vec<_>>(), [0, 3]);
        assert!((6..=24).contains(&slots[0].crossfade.0));
    }

    #[test]
    fn nothing_is_chosen_where_nothing_fits() {
        assert_eq!(choose(&pieces(&[300, 310]), alone(450), Length(12), false), None);
        assert_eq!(choose(&[], alone(450), Length(12), true), None);
    }

    #[test]
    fn a_bed_stretches_to_the_frame() {
        let pool = [piece(200), Candidate { stretches: true, ..piece(300) }];
        let slots = choose(&pool, alone(600), Length(12), false).expect("the bed gives");
        assert_eq!(filled(&slots), 600);
        assert_eq!(slots[0].length, Length(200), "a piece is never stretched");
    }

    #[test]
    fn soft_ends_lie_beneath_the_neighbours() {
        let soft = |length| Candidate { head: Length(5), tail: Length(10), ..piece(length) };
        let slots = choose(&[soft(200), soft(227)], alone(400), Length(12), false).expect("427 less 15 less 12");
        assert_eq!((slots.len(), slots[0].crossfade), (2, Length(12)));
        let joined = Span { length: Length(395), joins: true };
        assert_eq!(choose(&[soft(200), soft(227)], joined, Length(12), false), Some(slots), "and beneath what sounds");
    }

    #[test]
    fn pieces_repeat_to_fill_a_long_span() {
        let slots = choose(&pieces(&[120, 150, 90]), alone(1207), Length(12), true).expect("some rounds and a choice");
        assert_eq!(filled(&slots), 1207);
    }
}
