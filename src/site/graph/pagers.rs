//! Listings that are spread over several pages. Pure.

/// One page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pager {
    /// Its number, from 1.
    pub number: usize,
    /// Its address. The first has the listing's own.
    pub route: String,
    /// The pages it lists.
    pub pages: Vec<usize>,
}

/// What stands before the number in an address where nothing else is said.
const PATH: &str = "page";

/// Spreads a listing over pages of `by` each. There is always a first, even if it lists nothing.
pub fn split(pages: &[usize], by: usize, route: &str, path: Option<&str>) -> Vec<Pager> {
    let base = base(route, path);
    let mut chunks: Vec<Vec<usize>> = pages.chunks(by.max(1)).map(<[usize]>::to_vec).collect();
    if chunks.is_empty() {
        chunks.push(Vec::new());
    }
    let pager = |(index, pages)| {
        let number = index + 1;
        let route = if number == 1 { route.to_owned() } else { format!("{base}{number}/") };
        Pager { number, route, pages }
    };
    chunks.into_iter().enumerate().map(pager).collect()
}

/// What the addresses of a listing's pages begin with: `/blog/page/`.
pub fn base(route: &str, path: Option<&str>) -> String {
    match path.unwrap_or(PATH) {
        "" => route.to_owned(),
        path => format!("{route}{path}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_spread_over_pages() {
        let routes = |pages: &[usize], path| -> Vec<(String, usize)> {
            split(pages, 2, "/blog/", path).into_iter().map(|pager| (pager.route, pager.pages.len())).collect()
        };
        let told = |list: &[(&str, usize)]| list.iter().map(|(route, n)| ((*route).to_owned(), *n)).collect::<Vec<_>>();
        assert_eq!(routes(&[1, 2, 3], None), told(&[("/blog/", 2), ("/blog/page/2/", 1)]));
        assert_eq!(routes(&[1, 2, 3], Some("")), told(&[("/blog/", 2), ("/blog/2/", 1)]));
        assert_eq!(routes(&[], None), told(&[("/blog/", 0)]));
    }
}
