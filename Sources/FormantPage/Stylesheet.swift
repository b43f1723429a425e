/// The look of the page: one column, light or dark as the reader's system is, colours of Okabe and Ito's set, which
/// colour-blind readers can tell apart.
enum Stylesheet {
    static let css: Markup = """
        :root{color-scheme:light dark;--paper:#f6f7f8;--card:#fff;--ink:#1b1f24;--soft:#57606a;--rule:#d8dee4;
        --blue:#0072b2;--orange:#c25700;--right:0 114 178;--wrong:213 94 0;--depth:.68;--warn:#fff4e0}
        @media (prefers-color-scheme:dark){:root{--paper:#101316;--card:#191d22;--ink:#e6e9ec;--soft:#9aa5b1;
        --rule:#2f363d;
        --blue:#56b4e9;--orange:#f0a04b;--right:66 150 205;--wrong:214 120 20;--depth:.72;--warn:#33270f}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main,header,footer{max-width:66rem;margin:0 auto;padding:0 1.25rem}
        header{padding-top:2rem}
        h1{font-size:1.7rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.2rem;margin:0 0 .75rem;overflow-wrap:anywhere}
        h3{font-size:1rem;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}
        p{margin:.5rem 0}
        .meta,.note,footer{color:var(--soft);font-size:.9rem}
        nav{margin:.75rem 0 1rem;display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.9rem;overflow-wrap:anywhere}
        a{color:var(--blue)}
        section{background:var(--card);border:1px solid var(--rule);border-radius:.6rem;padding:1.25rem;margin:0 0 1rem}
        .warn{background:var(--warn);border-color:var(--orange)}
        .warn ul{margin:0;padding-left:1.25rem}
        dl.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:0}
        dl.tiles div{border-left:3px solid var(--rule);padding:.1rem 0 .1rem .75rem}
        dl.tiles div:first-child{border-color:var(--blue)}
        dl.tiles dt{color:var(--soft);font-size:.85rem}
        dl.tiles dd{margin:0;font-size:1.6rem;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}
        dl.tiles dd.aside{font-size:.8rem;font-weight:400;color:var(--soft)}
        dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}
        dl.facts dt{color:var(--soft)}
        dl.facts dd{margin:0;overflow-wrap:anywhere}
        .scroll{overflow-x:auto;max-width:100%}
        .scroll:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
        table{border-collapse:collapse;font-size:.9rem;width:100%;max-width:54rem}
        caption{caption-side:top;text-align:left;color:var(--soft);font-size:.85rem;padding-bottom:.5rem}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;
        padding:0}
        th,td{padding:.3rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
        thead th{color:var(--soft);font-weight:600;vertical-align:bottom}
        tbody th{font-weight:500;overflow-wrap:anywhere;min-width:5rem}
        tfoot th,tfoot td{font-weight:600;border-bottom:0}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .t{overflow-wrap:anywhere}tbody th.t{min-width:12rem}
        .bar{background:linear-gradient(to right,rgb(var(--right)/.22) var(--v),transparent 0) no-repeat 0 .3rem/100% 1.4em}
        .heat{width:auto;max-width:none;font-size:.8rem;font-variant-numeric:tabular-nums}
        .heat th,.heat td{padding:.2rem .35rem;border:1px solid var(--card)}
        .heat td{text-align:center;vertical-align:middle;min-width:1.9rem;background:rgb(var(--right)/.05)}
        .heat tbody th{text-align:right;white-space:nowrap;position:sticky;left:0;background:var(--card);
        color:var(--ink)}
        .heat .up{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;vertical-align:middle;
        white-space:nowrap;
        padding:.35rem .2rem;font-weight:500;color:var(--ink)}
        .heat .corner{vertical-align:bottom;text-align:right;font-weight:400;font-size:.75rem;position:sticky;left:0;
        background:var(--card)}
        .heat .soft{color:var(--soft)}
        .heat td.sum{background:none;color:var(--soft);text-align:right;padding-left:.6rem}
        \(tints)
        .matrix{display:block;height:auto}
        .matrix text{fill:var(--ink);font-size:11px;font-variant-numeric:tabular-nums}
        .matrix rect{fill:transparent;stroke:none}
        .matrix a:hover rect,.matrix a:focus-visible rect{stroke:var(--ink);stroke-width:1.5}
        .pair{display:none}
        .pair:target,#all-pairs:target .pair{display:block}
        .pair:has(:target){display:block}
        .cards{list-style:none;margin:0;padding:0;display:grid;gap:.75rem;
        grid-template-columns:repeat(auto-fill,minmax(min(100%,16rem),1fr))}
        .cards li{border:1px solid var(--rule);border-radius:.4rem;padding:.5rem .75rem;overflow-wrap:anywhere}
        .cards p{margin:0 0 .35rem}
        .clip{display:block;width:15rem;max-width:100%}
        .clip img{display:block;width:100%;height:4.5rem;border-radius:.3rem .3rem 0 0}
        .picture{max-width:100%}
        .picture img{display:block;width:100%;image-rendering:pixelated;border-radius:.2rem}
        .clip audio{display:block;width:100%;height:2rem}
        .plates{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,28rem),1fr))}
        .plates img{display:block;width:100%;height:auto;border-radius:.3rem}
        .plates audio{display:block;width:100%;height:2rem}
        mark{color:var(--ink);background:none;border-radius:.2rem;padding:0 .1rem}
        \(words)
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem 1.5rem}
        figure{margin:0}
        .sheet img{display:block;max-width:100%;height:auto}
        .cards audio{display:block;width:100%;height:2rem}
        figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;font-size:.9rem;
        margin-bottom:.35rem}
        .legend{display:flex;flex-wrap:wrap;gap:0 .9rem;color:var(--soft)}
        .key svg{width:1.5rem;height:.75rem;margin-right:.35rem;overflow:visible}
        .chart>svg{display:block;width:100%;height:auto;overflow:visible}
        .chart text{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}
        .grid{stroke:var(--rule);stroke-width:1;fill:none}
        .axis{stroke:var(--soft);stroke-width:1;fill:none}
        .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .line.s0{stroke:var(--blue)}.line.s1{stroke:var(--orange);stroke-dasharray:6 4}
        .dot.s0{fill:var(--blue)}.dot.s1{fill:var(--orange)}
        .mark{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3;fill:none}
        pre{margin:0;padding:.9rem 1rem;background:var(--paper);border:1px solid var(--rule);border-radius:.4rem;
        overflow-x:auto;
        font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
        code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        details{margin-top:.9rem}
        summary{cursor:pointer;color:var(--blue);margin-bottom:.5rem}
        footer{padding-bottom:2rem}
        @media (max-width:40rem){main,header,footer{padding-left:.75rem;padding-right:.75rem}
        section{padding:.9rem .75rem}
        header{padding-top:1.25rem}td .clip{width:8.5rem}tbody th.t{min-width:6rem}table{font-size:.8rem}th,td{padding:.3rem .25rem}
        .heat td{min-width:1.5rem;padding:.2rem .1rem}dl.facts{grid-template-columns:1fr;gap:0}
        dl.facts dd{margin-bottom:.5rem}dl.tiles{grid-template-columns:1fr 1fr}}
        @media print{body{background:#fff}section{border:0;padding:0}.pair{display:block}nav{display:none}}
        """

    /// Four tints each of words that speak for a label and against it; the latter are underlined too.
    private static var words: Markup {
        var css: Markup = ""
        for step in 1...4 {
            let share = NumberText.fixed(Double(step) / 4, places: 2)
            css += "mark.p\(step){background:rgb(var(--right)/calc(var(--depth)*\(share)))}"
            css += "mark.m\(step){background:rgb(var(--wrong)/calc(var(--depth)*\(share)));"
            css += "text-decoration:underline dotted}"
        }
        return css
    }

    /// The nine tints of right and wrong cells.
    private static var tints: Markup {
        var css: Markup = ""
        for step in 1...9 {
            let share = NumberText.fixed(Double(step) / 9, places: 2)
            css += ".heat .h\(step){background:rgb(var(--right)/calc(var(--depth)*\(share)))}"
            css += ".heat .e\(step){background:rgb(var(--wrong)/calc(var(--depth)*\(share)))}"
        }
        return css
    }
}
