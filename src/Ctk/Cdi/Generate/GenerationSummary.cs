using GpuContainers.Ctk.CommandLine;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;
using Spectre.Console;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>What a generation brought, in short: a table on a terminal, a line of the log elsewhere, nothing with <c>--quiet</c>.</summary>
internal static class GenerationSummary
{
    private const int MostMissing = 8;

    /// <summary>Tells it on standard error.</summary>
    public static void Tell(Explanation explanation, IReadOnlyList<SpecDocument> documents, IReadOnlyList<string> places)
    {
        if (!Log.Enabled(LogLevel.Info))
            return;
        if (!Console.IsErrorRedirected)
            Terminal.Error().Write(Table(explanation, documents, places));
        else if (explanation.Missing.Count() is > 0 and var missing)
            Log.Info($"{missing} optional files and nodes were looked for and not found; --explain lists them");
    }

    private static Table Table(Explanation explanation, IReadOnlyList<SpecDocument> documents, IReadOnlyList<string> places)
    {
        CdiSpec whole = documents[0].Spec;
        IReadOnlyList<Mount> mounts = whole.ContainerEdits.Mounts;
        string[] libraries = [
            .. mounts.Select(static mount => mount.ContainerPath).Where(static path => LexicalPath.Base(path).Contains(".so", StringComparison.Ordinal))];
        string[] missing = [.. explanation.Missing.Select(static item => item.Wanted)];
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        for (int i = 0; i < documents.Count; i++)
            table.AddRow(Cell("kind"), Cell($"{documents[i].Spec.Kind} {Terminal.Arrow} {places[i]}"));
        table.AddRow(Cell("devices"), Cell(string.Join(", ", whole.Devices.Select(static device => device.Name))));
        table.AddRow(Cell("libraries"), Cell($"{libraries.Length}, from {string.Join(", ", libraries.Select(LexicalPath.Parent).Distinct())}"));
        table.AddRow(Cell("other files"), Cell($"{mounts.Count - libraries.Length}"));
        table.AddRow(Cell("not found"), Cell(missing.Length == 0
            ? "nothing"
            : $"{missing.Length}: {string.Join(", ", missing.Take(MostMissing))}"
                + $"{(missing.Length > MostMissing ? ", " + Terminal.Ellipsis : "")}; --explain tells more"));
        return table;
    }

    private static string Cell(string text) => Markup.Escape(text);
}
