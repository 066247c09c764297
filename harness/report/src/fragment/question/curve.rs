//! A growth as a small drawing.

use heapbook_model::Growth;

/// The curve of a growth, in the colour of the text around it.
pub(super) fn curve(growth: Growth) -> String {
    let line = match growth {
        Growth::Constant => "M3 20H45",
        Growth::Logarithmic => "M3 29C8 17 24 13 45 11",
        Growth::Linear => "M3 29L45 4",
        Growth::Quadratic => "M3 29Q32 28 45 3",
    };
    format!(
        "<svg class=\"hb-curve\" width=\"48\" height=\"32\" viewBox=\"0 0 48 32\" aria-hidden=\"true\" focusable=\"false\"><path d=\"M2 1V31H47\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.4\"></path><path d=\"{line}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"></path></svg>"
    )
}
