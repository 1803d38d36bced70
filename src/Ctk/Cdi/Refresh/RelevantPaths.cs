using GpuContainers.Cdi;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Cdi.Refresh;

/// <summary>The files and folders whose change may change what a generation brings.</summary>
internal static class RelevantPaths
{
    // Something is always coming and going in these; only what was looked for there counts.
    private static readonly string[] s_busy = ["/run", "/var/run", "/tmp"];

    /// <summary>The mounted files and their folders, the folders that were searched, and what was looked for in vain.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<SpecDocument> documents, Explanation explanation)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string file in documents.SelectMany(static document => HostFiles(document.Spec)))
        {
            paths.Add(file);
            if (!IsBusy(LexicalPath.Parent(file)))
                paths.Add(LexicalPath.Parent(file));
        }
        foreach (ExplanationSection section in explanation.Sections)
        {
            paths.UnionWith(section.Places.Where(static place => place.StartsWith('/') && !IsBusy(place)));
            if (section.Places.Any(IsBusy))
                paths.UnionWith(Missing(section));
        }
        return [.. paths];
    }

    private static IEnumerable<string> HostFiles(CdiSpec spec) =>
        spec.Devices.Select(static device => device.ContainerEdits).Append(spec.ContainerEdits).SelectMany(static edits => edits.Mounts)
            .Select(static mount => mount.HostPath);

    private static IEnumerable<string> Missing(ExplanationSection section) =>
        section.Items.Where(static item => item.Outcome == ExplanationOutcome.Missing && item.Wanted.StartsWith('/'))
            .SelectMany(item => section.Places.Where(IsBusy).Select(place => place + item.Wanted).Append(item.Wanted));

    private static bool IsBusy(string folder) => s_busy.Any(busy => folder == busy || folder.EndsWith(busy, StringComparison.Ordinal));
}
