using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;

namespace GpuContainers.Ctk.Cdi.Refresh;

/// <summary>Brings a specification up to date with the host, and touches nothing where it is.</summary>
/// <param name="invocation">The call.</param>
/// <param name="request">What to generate, with the file that holds it.</param>
internal sealed class SpecRefresh(Invocation invocation, GenerateRequest request)
{
    // The paths that count are known only after a generation, and what they are like must be known before it.
    private const int MostGenerations = 3;

    private readonly string _path = request.Output;
    private string _told = "";

    /// <summary>What the last refresh left.</summary>
    public RefreshStatus Status => RefreshStatus.Read(RefreshStatus.PathFor(_path));

    /// <summary>Refreshes once. Of several at the same time each waits for its turn, and all but the first find nothing to do.</summary>
    /// <returns>How the specification is now.</returns>
    /// <exception cref="CdiException">It could not be written.</exception>
    /// <exception cref="LinuxException">Its folder or its status could not be written.</exception>
    public RefreshStatus Run()
    {
        string folder = LexicalPath.Parent(_path);
        HostDirectory.Create(folder, FileModes.PublicFolder);
        using FileLock turn = FileLock.AwaitDirectory(folder);
        RefreshStatus before = Status;
        IReadOnlyList<string> facts = HostFacts.Read(invocation, request, before.Paths);
        if (before.State == RefreshState.Current && facts.SequenceEqual(before.Facts) && before.Specifications.All(HostFile.IsFile))
        {
            Tell(isWarning: false, $"{_path} describes this host: nothing to do");
            return before;
        }
        RefreshStatus after = Refresh(before, facts);
        after.Write(RefreshStatus.PathFor(_path));
        return after;
    }

    private RefreshStatus Refresh(RefreshStatus before, IReadOnlyList<string> facts)
    {
        string reason = HostFacts.Difference(before.Facts, facts);
        IReadOnlyList<SpecDocument> documents;
        IReadOnlyList<string> paths = before.Paths;
        try
        {
            for (int generation = 1; ; generation++)
            {
                var explanation = new Explanation();
                documents = CdiGenerateCommand.Generate(request, HostContext.OfThisProcess(), explanation);
                new SpecOutput(request, explanation).Check(documents);
                IReadOnlyList<string> found = RelevantPaths.Find(documents, explanation);
                if (found.SequenceEqual(paths) || generation == MostGenerations)
                    break;
                paths = found;
                facts = HostFacts.Read(invocation, request, paths);
            }
        }
        catch (Exception failure) when (failure is GenerationException or CdiException)
        {
            return Failed(before, failure.Message);
        }
        return Write(before, documents, reason) with { Paths = paths, Facts = facts };
    }

    private RefreshStatus Write(RefreshStatus before, IReadOnlyList<SpecDocument> documents, string reason)
    {
        TellLostDevices(documents[0].Spec);
        IReadOnlyList<(string Path, bool IsWritten)> files = new SpecOutput(request, new Explanation()).WriteChanged(documents);
        foreach ((string path, bool isWritten) in files)
            Log.Info(isWritten ? $"wrote {path}: {reason}" : $"{path} stays as it is: the host has changed ({reason}), its description has not");
        foreach (string stale in before.Specifications.Except(files.Select(static file => file.Path)))
        {
            Log.Info($"removing {stale}: the host has nothing to describe there any more");
            _ = HostFile.Delete(stale);
        }
        return before with { State = RefreshState.Current, Message = "", Specifications = [.. files.Select(static file => file.Path)] };
    }

    private RefreshStatus Failed(RefreshStatus before, string reason)
    {
        bool isThere = HostFile.IsFile(_path);
        Tell(isWarning: true,
            isThere ? $"keeping {_path} as it is, which may not describe this host any more: {reason}" : $"there is no {_path} yet: {reason}");
        return before with { State = isThere ? RefreshState.Kept : RefreshState.Absent, Message = reason };
    }

    // Who waits or watches looks again and again, and is told the same once.
    private void Tell(bool isWarning, string text)
    {
        if (text == _told)
            return;
        _told = text;
        if (isWarning)
            Log.Warning(text);
        else
            Log.Info(text);
    }

    // Containers that ask for one of these do not start any more.
    private void TellLostDevices(CdiSpec now)
    {
        if (!HostFile.IsFile(_path))
            return;
        try
        {
            string[] lost = [.. CdiSpecFile.Read(_path).Devices.Select(static device => device.Name).Except(now.Devices.Select(static device => device.Name))];
            if (lost.Length > 0)
                Log.Warning($"devices that are no longer there: {string.Join(", ", lost)}");
        }
        catch (Exception unreadable) when (unreadable is CdiException or IOException)
        {
            Log.Warning($"replacing {_path}, which is not a specification: {unreadable.Message}");
        }
    }
}

/// <summary>The files and folders whose change may change what a generation brings.</summary>
internal static class RelevantPaths
{
    // Something is always coming and going in these; only what was looked for there counts.
    private static readonly string[] s_busy = ["/run", "/var/run", "/tmp"];

    /// <summary>The mounted files and their folders, the folders that were searched, and what was looked for in vain.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<SpecDocument> documents, Explanation explanation)
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
