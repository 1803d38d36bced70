using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Doctor;

/// <summary>The machine that is examined. What it tells is read when it is first asked for, and kept.</summary>
internal sealed class Machine
{
    private const long Limit = 16 << 20;
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(5);

    private readonly SortedSet<string> _unseen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _answers = [];
    private readonly Lazy<DriverFacts> _driver;
    private readonly Lazy<ToolkitFacts> _toolkit;
    private readonly Lazy<IReadOnlyList<EngineFacts>> _engines;
    private readonly Lazy<CdiFacts> _cdi;

    /// <summary>A machine whose files lie below a folder: <c>/</c> but in tests.</summary>
    public Machine(string root = "/", HostContext? context = null)
    {
        Root = root;
        Context = context ?? HostContext.OfThisProcess();
        _toolkit = new(() => ToolkitFacts.Read(this));
        _driver = new(() => new DriverFacts(this));
        _engines = new(() => EngineSearch.Find(this));
        _cdi = new(() => CdiFacts.Read(this));
    }

    /// <summary>Where the files lie.</summary>
    public string Root { get; }

    /// <summary>The machine as discovery sees it.</summary>
    public HostContext Context { get; }

    /// <summary>What this user may not read, with the reason.</summary>
    public IReadOnlyList<string> Unseen => [.. _unseen];

    /// <summary>Kernel module, GPUs, libraries.</summary>
    public DriverFacts Driver => _driver.Value;

    /// <summary>The configuration.</summary>
    public ToolkitFacts Toolkit => _toolkit.Value;

    /// <summary>The container engines.</summary>
    public IReadOnlyList<EngineFacts> Engines => _engines.Value;

    /// <summary>The CDI specifications.</summary>
    public CdiFacts Cdi => _cdi.Value;

    /// <summary>A path of the machine as this process reaches it.</summary>
    public string At(string path) => Root == "/" ? path : LexicalPath.Join(Root, path);

    /// <summary>A path that this process reaches, as the machine's users write it.</summary>
    public string Shown(string path) => Root != "/" && path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[Root.Length..] : path;

    /// <summary>The text of a file; null when there is none, or it may not be read, which is remembered.</summary>
    public string? Text(string path)
    {
        if (HostFile.TryReadAll(At(path), Limit, out byte[] bytes, out Errno error))
            return Encoding.UTF8.GetString(bytes);
        Remember(path, error);
        return null;
    }

    /// <summary>The first line of a file without blanks around it; empty when there is none.</summary>
    public string Line(string path) => (Text(path) ?? "").Split('\n')[0].Trim();

    /// <summary>The names in a folder; none when it is missing or may not be read, which is remembered.</summary>
    public IReadOnlyList<string> Names(string folder)
    {
        if (!HostDirectory.TryNames(At(folder), out IReadOnlyList<string> names, out Errno error))
            Remember(folder, error);
        return names;
    }

    /// <summary>What a path stands for, links followed; null when nothing is there.</summary>
    public FileStatus? Status(string path)
    {
        if (HostFile.TryStatus(At(path), followLinks: true, out FileStatus status, out Errno error))
            return status;
        Remember(path, error);
        return null;
    }

    /// <summary>Whether something is there.</summary>
    public bool Has(string path) => Status(path) is not null;

    /// <summary>The machine's path of a program; null when it is in none of the usual folders.</summary>
    public string? Program(string name)
    {
        if (name.StartsWith('/'))
            return ProgramSearch.IsProgram(At(name)) ? name : null;
        IReadOnlyList<string> folders = Root == "/" ? ProgramSearch.Folders(Context.ProgramPath ?? "") : ProgramSearch.UsualFolders;
        return ProgramSearch.Find(name, [.. folders.Select(At)]) is { } found ? Shown(found) : null;
    }

    /// <summary>What a program of the machine prints; null when there is none, or it fails, or it does not answer in five seconds.</summary>
    public string? Ask(string path, params string[] arguments)
    {
        string key = path + " " + string.Join(' ', arguments);
        if (_answers.TryGetValue(key, out string? known))
            return known;
        return _answers[key] = Answer(At(path), [path, .. arguments]);
    }

    private static string? Answer(string program, string[] command)
    {
        try
        {
            ChildResult result = ChildProcess.Run(program, command, null, s_answerLimit);
            return result.ExitStatus == 0 ? Encoding.UTF8.GetString(result.Output) : null;
        }
        catch (LinuxException)
        {
            // A program that cannot be started tells nothing.
            return null;
        }
    }

    private void Remember(string path, Errno error)
    {
        if (error is Errno.EACCES or Errno.EPERM)
            _unseen.Add(path);
    }
}

/// <summary>Small texts.</summary>
internal static class Text
{
    /// <summary>A number with its noun: "1 GPU", "2 GPUs".</summary>
    /// <param name="number">The number.</param>
    /// <param name="noun">The noun for one.</param>
    /// <param name="plural">The noun for several, where that is not made by an s.</param>
    public static string Count(int number, string noun, string plural = "") =>
        $"{number} {(number == 1 ? noun : plural.Length > 0 ? plural : noun + "s")}";

    /// <summary>The first of some names, and how many more there are: "a, b and 3 more".</summary>
    public static string Some(IReadOnlyList<string> names, int shown = 2) =>
        names.Count <= shown ? string.Join(", ", names) : $"{string.Join(", ", names.Take(shown))} and {names.Count - shown} more";
}
