//! The rules on guides: as handouts and as an e-book.

use super::super::reading::{error, extra, guide, note, warning};
use super::super::{Example, Rule};
use super::HOUSE;

/// What only a build with handouts finds.
const SIGN: &[Example] =
    if cfg!(feature = "guides") { &[guide("Rest «中» well."), guide("- One\n- Two «𝄞»")] } else { &[] };

pub(super) const RULES: &[Rule] = &[
    error(
        "guides/sign",
        "A sign that the typeface lacks is an empty box on paper, and nothing to who listens.",
        "PDF/UA-1 (ISO 14289-1)",
        SIGN,
        &[guide("Rest well, José.")],
    ),
    error(
        "guides/handout",
        "A handout that not everybody can read is not made.",
        "PDF/UA-1 (ISO 14289-1)",
        &[],
        &[guide("## Food\n\n![A door](door.png)")],
    ),
    note(
        "guides/undated",
        "Who finds a handout in a drawer sees by its day whether it still holds; without one it is no PDF/A.",
        "PDF/A-2 (ISO 19005-2)",
        &[extra("guide = true")],
        &[guide("Hello.")],
    ),
    note("guides/long", "What is longer than a dozen pages is put aside for later.", HOUSE, &[], &[guide("Hello.")]),
    warning(
        "guides/link",
        "An e-book has no menu and no foot, and is read without a network.",
        "EPUB 3.3",
        &[guide("<a href=\"«#main»\">To the top</a>"), guide("See <a href=\"«/a/»\">the page</a>.")],
        &[guide("## Food\n\nSee [food](#food), [home](@/_index.md), <a href=\"tel:988\">988</a>.")],
    ),
    error(
        "guides/crisis",
        "Who reads at night, without a network, may need help now.",
        "SAMHSA, 988 Lifeline",
        &[],
        &[],
    ),
    error("guides/contents", "What the contents don't name is found by nobody.", "EPUB 3.3", &[], &[]),
];
