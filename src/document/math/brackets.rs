//! Brackets as tall as what they hold.
//!
//! Knows `laid`. Made of Unicode's bracket pieces (U+239B to U+23B3) where there are some.

use super::laid::Laid;

/// A delimiter beside what is `like`: one that can be drawn taller has as many rows, any other stands on the line.
pub(super) fn tall(delimiter: &str, like: &Laid) -> Laid {
    let count = like.rows.len();
    let Some([top, between, middle, bottom]) = pieces(delimiter).filter(|_| count > 1) else {
        return Laid::new(delimiter);
    };
    let piece = |row: usize| match row {
        0 => top,
        row if row + 1 == count => bottom,
        row if row == like.base => middle,
        _ => between,
    };
    Laid { rows: (0..count).map(|row| piece(row).to_owned()).collect(), base: like.base }
}

/// What a tall delimiter is made of: its top, what goes on, what stands on the line, its bottom.
fn pieces(delimiter: &str) -> Option<[&'static str; 4]> {
    Some(match delimiter {
        "(" => ["⎛", "⎜", "⎜", "⎝"],
        ")" => ["⎞", "⎟", "⎟", "⎠"],
        "[" => ["⎡", "⎢", "⎢", "⎣"],
        "]" => ["⎤", "⎥", "⎥", "⎦"],
        "{" => ["⎧", "⎪", "⎨", "⎩"],
        "}" => ["⎫", "⎪", "⎬", "⎭"],
        "⌊" => ["⎢", "⎢", "⎢", "⎣"],
        "⌋" => ["⎥", "⎥", "⎥", "⎦"],
        "⌈" => ["⎡", "⎢", "⎢", "⎢"],
        "⌉" => ["⎤", "⎥", "⎥", "⎥"],
        "⟨" => ["╱", "│", "⟨", "╲"],
        "⟩" => ["╲", "│", "⟩", "╱"],
        "|" => ["│"; 4],
        "‖" => ["‖"; 4],
        _ => return None,
    })
}

/// Whether `c` is of a closing bracket that is more than one row tall.
pub(super) fn closes(c: char) -> bool {
    matches!(
        c,
        '⎞' | '⎟'
            | '⎠'
            | '⎤'
            | '⎥'
            | '⎦'
            | '⎫'
            | '⎪'
            | '⎬'
            | '⎭'
            | '│'
            | '‖'
            | '╱'
            | '╲'
            | '⟩'
    )
}
