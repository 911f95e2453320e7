//! Paints the panel with all metadata.

use crate::app::geometry::Area;
use crate::app::reader::metadata::{Metadata, value_column};
use crate::text::Safe;
use crate::ui::canvas::Canvas;
use crate::ui::chrome;
use crate::ui::theme::Theme;

/// Paints the panel over the screen.
pub(super) fn panel(metadata: &Metadata, theme: &Theme, canvas: &mut Canvas<'_>) {
    let screen = canvas.area();
    let area = metadata.area(screen);
    chrome::dim(theme, canvas);
    chrome::panel(area, theme, canvas);
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    if area.height > 2 {
        canvas.text(x, area.y + 1, right, Safe::literal("Metadata"), Theme::bold(theme.plain));
    }
    let lines = Area { y: area.y + 3, height: metadata.height(screen), ..area };
    let column = value_column(right.saturating_sub(x));
    for (line, y) in metadata.visible(screen).iter().zip(lines.y..lines.bottom()) {
        let (name, value) = if line.is_problem { (theme.bad, theme.plain) } else { (theme.dim, theme.plain) };
        canvas.text_cut(x, y, right, line.name.safe(), name);
        canvas.text(x + column, y, right, line.value.safe(), value);
    }
    if area.height > 4 {
        let pair = |key: &'static str, what: &'static str| (Safe::literal(key), Safe::literal(what));
        let pairs = [pair("j k", "scroll"), pair("Esc", "close")];
        let pairs = if metadata.scrolls(screen) { &pairs[..] } else { &pairs[1..] };
        chrome::keys(x, area.bottom() - 2, right, pairs, theme, canvas);
    }
}
