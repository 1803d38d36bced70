using GpuContainers.Ctk.CommandLine;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;
using Spectre.Console;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>Tells people at a terminal what is going on while a generation takes long, as when a sleeping driver has to be asked.</summary>
internal static class GenerationProgress
{
    // Most generations are over before anybody could read anything.
    private const int PatienceInMilliseconds = 400;
    private const int RefreshInMilliseconds = 100;

    /// <summary>Carries out the work; on a terminal, unless the user wants silence, with a line that names the part in progress.</summary>
    public static T Show<T>(Explanation explanation, Func<T> work)
    {
        if (Console.IsErrorRedirected || Terminal.IsPlain || !Log.Enabled(LogLevel.Info))
            return work();
        LogOutput? log = Log.Current;
        var task = Task.Run(() =>
        {
            Log.Current = log;
            return work();
        });
        if (Task.WaitAny([task], PatienceInMilliseconds) < 0)
        {
            Terminal.Error().Status().Start(Text(explanation), status =>
            {
                while (Task.WaitAny([task], RefreshInMilliseconds) < 0)
                    status.Status(Text(explanation));
            });
        }
        return task.GetAwaiter().GetResult();
    }

    private static string Text(Explanation explanation) => Markup.Escape($"looking for: {explanation.Current}");
}

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
