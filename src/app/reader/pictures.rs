//! The pictures of the open article: what is known of them, which are wanted next, which are drawn.
//!
//! Pure state: reading, decoding and encoding are jobs, told by [`Effect::Pictures`] and answered one by
//! one. What is drawn is kept by file, time and extent within a budget of bytes; `ui` only reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::page::Page;
use crate::app::effect::{Effect, Generation, PictureAnswer, PictureFile};
use crate::layout::Row;
use crate::layout::picture::{Extent, Known, Pictures as Sizes, Pixels};
use crate::text::SafeText;

/// How pictures are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drawing {
    /// Not at all: their captions stand for them.
    #[default]
    Captions,
    /// As half blocks, two pixels a cell.
    HalfBlocks,
    /// By Kitty's graphics protocol, with Unicode placeholders.
    Kitty,
    /// As sixels.
    Sixel,
    /// By the inline images of iTerm2.
    ITerm2,
}

/// What the terminal can do for pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// How they are drawn.
    pub drawing: Drawing,
    /// Pixels of a cell, as far as the terminal tells.
    pub cell: Option<Pixels>,
}

/// A cell where the terminal does not tell its pixels.
const USUAL_CELL: Pixels = Pixels { width: 10, height: 20 };
/// Most bytes of drawn pictures that are kept.
const BUDGET: usize = 64 << 20;
/// Most pictures that are asked for at once.
const AT_ONCE: usize = 64;

/// A picture ready to be painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Its columns and rows.
    pub extent: Extent,
    /// Red, green, blue, alpha: a pixel for each half of a cell, row by row; two rows of pixels a row.
    pub halves: Box<[[u8; 4]]>,
    /// What the terminal draws by itself.
    pub graphic: Option<Graphic>,
}

/// What a terminal draws by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Graphic {
    /// The whole picture, from its first cell on: it cannot be cut.
    Whole(Payload),
    /// A picture that was sent once, and is shown wherever its placeholders stand.
    Placed {
        /// What sends it; taken out once it was sent.
        sent: Option<Payload>,
        /// The colour that names it.
        colour: [u8; 3],
        /// The first cell of each row; the others hold [`PLACEHOLDER`].
        rows: Box<[Box<str>]>,
    },
}

/// The character in whose place Kitty draws (U+10EEEE).
pub const PLACEHOLDER: &str = "\u{10eeee}";

/// Sequences of our own encoders that draw pixels. The only text beside [`SafeText`] that reaches a
/// terminal, so it is looked through when it is made: nothing but graphics sequences around base64 or
/// sixel data, and the few moves that an encoder clears its cells with.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(Box<str>);

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Payload({} bytes)", self.0.len())
    }
}

impl Payload {
    /// The payload, if it is nothing but graphics sequences.
    pub fn new(sequences: String) -> Option<Self> {
        let is_plain = |text: &str| text.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
        let mut pieces = sequences.split('\u{1b}');
        let begins = !sequences.is_empty() && pieces.next().is_some_and(str::is_empty);
        // Whether a string has begun that only `ESC \` ends.
        let mut is_open = false;
        let is_graphics = begins
            && pieces.all(|piece| match piece.as_bytes() {
                [b'\\'] => std::mem::take(&mut is_open),
                _ if is_open => false,
                // Kitty's (APC G), and sixels (DCS, numbers, q).
                [b'_', b'G', ..] => {
                    is_open = true;
                    is_plain(piece)
                }
                [b'P', rest @ ..] => {
                    is_open = true;
                    let last = rest.iter().find(|byte| !matches!(byte, b'0'..=b'9' | b';'));
                    last == Some(&b'q') && is_plain(piece)
                }
                // Cells are cleared and the cursor goes back: ECH, CUD, CUU.
                [b'[', digits @ .., b'X' | b'A' | b'B'] => digits.iter().all(u8::is_ascii_digit),
                // Those of iTerm2 (OSC 1337).
                [b']', ..] => piece
                    .strip_prefix("]1337;File=inline=1;")
                    .and_then(|rest| rest.strip_suffix('\u{7}'))
                    .is_some_and(is_plain),
                _ => false,
            })
            && !is_open;
        is_graphics.then(|| Self(sequences.into()))
    }

    /// The sequences.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drawn {
    /// Bytes that it takes in memory.
    fn bytes(&self) -> usize {
        let graphic = match &self.graphic {
            None => 0,
            Some(Graphic::Whole(payload)) => payload.0.len(),
            Some(Graphic::Placed { sent, rows, .. }) => {
                sent.as_ref().map_or(0, |sent| sent.0.len())
                    + rows.iter().map(|row| row.len() + 16).sum::<usize>()
            }
        };
        graphic + self.halves.len() * 4
    }
}

/// What a drawn picture is kept by.
type Key = (PictureFile, Extent);

/// A picture that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As written: raw, never shown.
    pub target: Arc<str>,
    /// Its columns and rows.
    pub extent: Extent,
}

/// What is asked of the job: everything that is wanted and not there yet, most wanted first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Pictures whose size is wanted.
    pub sizes: Vec<Arc<str>>,
    /// Pictures that are wanted drawn.
    pub drawn: Vec<Wanted>,
    /// How.
    pub means: Means,
}

/// The state of the open article's pictures.
#[derive(Debug, Default)]
pub struct Pictures {
    sizes: Arc<Sizes>,
    files: BTreeMap<Arc<str>, PictureFile>,
    /// Targets whose size need not be asked for.
    answered: BTreeSet<Arc<str>>,
    drawn: BTreeMap<Key, (Arc<Drawn>, u64)>,
    bytes: usize,
    uses: u64,
    asked: Request,
    /// The first request for this article; what answers an older one is for another.
    since: Option<Generation>,
}

impl Pictures {
    /// What layout has to know.
    pub fn sizes(&self) -> &Arc<Sizes> {
        &self.sizes
    }

    /// Takes the terminal's means and the height of the text's pane in; says whether that changes what
    /// layout knows.
    pub fn fit(&mut self, means: Means, height: u16) -> bool {
        let cell = means.cell.unwrap_or(USUAL_CELL);
        let least_pixels = match means.drawing {
            Drawing::Captions | Drawing::HalfBlocks => 1,
            // Twice its size at most: finer screens would show it as a stamp.
            _ => (cell.width / 2).max(1),
        };
        // Some of the text stays in sight.
        let most_rows = (u32::from(height) * 3 / 5) as u16;
        let is_same = self.sizes.cell == cell
            && self.sizes.least_pixels == least_pixels
            && self.sizes.most_rows == most_rows;
        if !is_same {
            let sizes = Arc::make_mut(&mut self.sizes);
            (sizes.cell, sizes.least_pixels, sizes.most_rows) = (cell, least_pixels, most_rows);
        }
        !is_same
    }

    /// Has the sizes asked for again: the files may be others by now.
    pub fn look_again(&mut self) {
        self.answered.clear();
        self.asked = Request::default();
    }

    /// Forgets what is drawn: the terminal has forgotten it too.
    pub fn forget(&mut self) {
        self.drawn.clear();
        self.bytes = 0;
        self.asked = Request::default();
    }

    /// The picture `target` drawn over `extent`, if it is.
    pub fn drawn(&self, target: &str, extent: Extent) -> Option<&Drawn> {
        let file = self.files.get(target)?;
        self.drawn.get(&(file.clone(), extent)).map(|(drawn, _)| drawn.as_ref())
    }

    /// Asks for what the page near the screen, and the card's picture, still lack.
    pub fn ensure(
        &mut self,
        page: &Page,
        card: Option<&str>,
        means: Means,
        (article, root): (&Path, Option<&Path>),
        generation: &mut Generation,
        effects: &mut Vec<Effect>,
    ) {
        if means.drawing == Drawing::Captions {
            return;
        }
        let mut request = Request { means, ..Request::default() };
        for row in page.visible() {
            self.want_drawn(row.row, &mut request);
        }
        for target in card.into_iter().chain(page.parts_near().filter_map(|rows| rows.image.as_deref())) {
            let is_new = !self.answered.contains(target)
                && request.sizes.len() < AT_ONCE
                && !request.sizes.iter().any(|asked| &**asked == target);
            if is_new {
                request.sizes.push(Arc::from(target));
            }
        }
        for row in page.lead_near().chain(page.parts_near().filter_map(|rows| rows.rows.first())) {
            self.want_drawn(row, &mut request);
        }
        if request == self.asked || (request.sizes.is_empty() && request.drawn.is_empty()) {
            return;
        }
        let generation = generation.raise();
        self.since.get_or_insert(generation);
        self.asked = request.clone();
        let roots: Vec<PathBuf> = root.map(Into::into).into_iter().collect();
        effects.push(Effect::Pictures { generation, article: article.to_path_buf(), roots, request });
    }

    fn want_drawn(&mut self, row: &Row, request: &mut Request) {
        let Some(picture) = &row.picture else { return };
        let Some(file) = self.files.get(&picture.target) else { return };
        if let Some((_, used)) = self.drawn.get_mut(&(file.clone(), picture.extent)) {
            self.uses += 1;
            *used = self.uses;
            return;
        }
        let wanted = Wanted { target: Arc::clone(&picture.target), extent: picture.extent };
        if request.drawn.len() < AT_ONCE && !request.drawn.contains(&wanted) {
            request.drawn.push(wanted);
        }
    }

    /// Takes an answer in; says whether layout has to know. What is to be sent to the terminal first
    /// becomes an effect.
    pub fn take(&mut self, generation: Generation, answer: PictureAnswer, effects: &mut Vec<Effect>) -> bool {
        if self.since.is_none_or(|since| generation < since) {
            return false;
        }
        match answer {
            PictureAnswer::Sizes(sizes) => {
                let mut is_news = false;
                for (target, result) in sizes {
                    self.answered.insert(Arc::clone(&target));
                    let known = match result {
                        Ok((file, size)) => {
                            self.files.insert(Arc::clone(&target), file);
                            Known::Size(size)
                        }
                        Err(reason) => Known::Fault(reason),
                    };
                    is_news |= self.learn(target, known);
                }
                is_news
            }
            PictureAnswer::Drawn { target, file, extent, result } => match result {
                Ok(mut drawn) => {
                    if let Some(Graphic::Placed { sent, .. }) = &mut drawn.graphic
                        && let Some(payload) = sent.take()
                    {
                        effects.push(Effect::Send(payload));
                    }
                    self.files.insert(target, file.clone());
                    self.keep(&(file, extent), Arc::new(drawn));
                    false
                }
                Err(reason) => self.learn(target, Known::Fault(reason)),
            },
        }
    }

    fn learn(&mut self, target: Arc<str>, known: Known) -> bool {
        if self.sizes.known.get(&target) == Some(&known) {
            return false;
        }
        Arc::make_mut(&mut self.sizes).known.insert(target, known);
        true
    }

    /// Keeps a drawn picture, and drops those that were wanted longest ago where the budget is spent.
    fn keep(&mut self, key: &Key, drawn: Arc<Drawn>) {
        self.uses += 1;
        self.bytes += drawn.bytes();
        if let Some((old, _)) = self.drawn.insert(key.clone(), (drawn, self.uses)) {
            self.bytes -= old.bytes();
        }
        while self.bytes > BUDGET && self.drawn.len() > 1 {
            let oldest =
                self.drawn.iter().filter(|(other, _)| *other != key).min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { return };
            if let Some((old, _)) = self.drawn.remove(&oldest) {
                self.bytes -= old.bytes();
            }
        }
    }
}

/// The reason as it is kept: empty where there is nothing to say.
pub fn reason(words: Option<&'static str>) -> SafeText {
    words.map(SafeText::line).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests;
