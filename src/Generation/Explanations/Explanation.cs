namespace GpuContainers.Generation.Explanations;

/// <summary>What a generation looked for, where it found it or why not, and by which rule: the material of <c>--explain</c> and of the summary.</summary>
public sealed class Explanation
{
    private readonly List<ExplanationSection> _sections = [];

    /// <summary>The parts of the search in their order.</summary>
    public IReadOnlyList<ExplanationSection> Sections => _sections;

    /// <summary>The title of the part that is in progress; another thread may ask for it.</summary>
    public string Current { get; private set; } = "";

    /// <summary>What was looked for and not found, in the order of the search.</summary>
    public IEnumerable<ExplanationItem> Missing =>
        _sections.SelectMany(static section => section.Items).Where(static item => item.Outcome == ExplanationOutcome.Missing);

    /// <summary>What was looked for of the nodes of devices that have none at all.</summary>
    public IEnumerable<string> MissingNodes => _sections
        .Where(static section => section.IsDevice && section.Items.All(static item => item.Outcome != ExplanationOutcome.Found))
        .SelectMany(static section => section.Items)
        .Where(static item => item.Outcome == ExplanationOutcome.Missing)
        .Select(static item => item.Wanted);

    /// <summary>Begins a part of the search; what follows belongs to it. A part of the same title goes on.</summary>
    /// <param name="title">What is looked for, such as "driver libraries".</param>
    /// <param name="rule">Why it is in the specification, in words.</param>
    /// <param name="isDevice">Whether it is about the nodes of a device.</param>
    public void Begin(string title, string rule, bool isDevice = false)
    {
        int known = _sections.FindIndex(section => section.Title == title);
        ExplanationSection section = known < 0 ? new ExplanationSection(title, rule, isDevice) : _sections[known];
        if (known >= 0)
            _sections.RemoveAt(known);
        _sections.Add(section);
        Current = title;
    }

    /// <summary>Adds folders to those that the part in progress searches.</summary>
    public void SearchedIn(IEnumerable<string> places) => InProgress.AddPlaces(places);

    /// <summary>Notes what came of one search.</summary>
    /// <param name="wanted">The name or pattern.</param>
    /// <param name="found">The host paths; empty when there are none.</param>
    /// <param name="note">Why there are none, or what became of them; empty when that is plain.</param>
    public void Note(string wanted, IReadOnlyList<string> found, string note = "") =>
        InProgress.Add(new ExplanationItem(wanted, found.Count == 0 ? ExplanationOutcome.Missing : ExplanationOutcome.Found, found, note));

    /// <summary>Notes a decision.</summary>
    /// <param name="what">What was decided, such as "mode nvml".</param>
    /// <param name="why">The reason.</param>
    public void Decide(string what, string why) => InProgress.Add(new ExplanationItem(what, ExplanationOutcome.Decided, [], why));

    private ExplanationSection InProgress
    {
        get
        {
            if (_sections.Count == 0)
                Begin("generation", ExplanationRules.Order);
            return _sections[^1];
        }
    }
}

/// <summary>One part of a generation.</summary>
/// <param name="title">What was looked for.</param>
/// <param name="rule">Why it is in the specification, in words.</param>
/// <param name="isDevice">Whether the part is about the nodes of a device, which must have something to be a device.</param>
public sealed class ExplanationSection(string title, string rule, bool isDevice = false)
{
    private readonly List<ExplanationItem> _items = [];
    private readonly List<string> _places = [];

    /// <summary>What was looked for.</summary>
    public string Title { get; } = title;

    /// <summary>Why it is in the specification, in words.</summary>
    public string Rule { get; } = rule;

    /// <summary>Whether the part is about the nodes of a device.</summary>
    public bool IsDevice { get; } = isDevice;

    /// <summary>The host folders that were searched; empty when the items name whole paths.</summary>
    public IReadOnlyList<string> Places => _places;

    /// <summary>Each search and decision, in order, each once.</summary>
    public IReadOnlyList<ExplanationItem> Items => _items;

    internal void Add(ExplanationItem item)
    {
        if (!_items.Exists(known => known.Wanted == item.Wanted && known.Note == item.Note && known.Found.SequenceEqual(item.Found)))
            _items.Add(item);
    }

    internal void AddPlaces(IEnumerable<string> places) => _places.AddRange(places.Where(place => !_places.Contains(place)));
}

/// <summary>One search or decision.</summary>
/// <param name="Wanted">The name or pattern that was looked for, or what was decided.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Found">The host paths; empty when there are none.</param>
/// <param name="Note">Why there are none, what became of them, or why it was decided so; empty when that is plain.</param>
public sealed record ExplanationItem(string Wanted, ExplanationOutcome Outcome, IReadOnlyList<string> Found, string Note);

/// <summary>What came of one step of a generation.</summary>
public enum ExplanationOutcome
{
    /// <summary>It was looked for and found.</summary>
    Found,

    /// <summary>It was looked for and not found.</summary>
    Missing,

    /// <summary>Nothing was looked for: something was decided, such as a mode or whether a hook is needed.</summary>
    Decided,
}

/// <summary>Why something is in a specification, in words for people.</summary>
internal static class ExplanationRules
{
    internal const string ControlNodes = "every container with a GPU gets the control nodes";
    internal const string Platform = "what the platform is decides what is described";
    internal const string Order = "devices first, then what every container with one of them gets";
    internal const string DeviceNames = "devices are named by index, UUID, MIG index or MIG UUID";
    internal const string ManagementNodes = "management: all NVIDIA nodes as one device";
    internal const string ImexChannels = "IMEX channels, which must exist";
    internal const string GraphicsLibraries = "libraries for graphics, wherever the host's libraries are";
    internal const string XorgModules = "modules of the X server, for the driver's version";
    internal const string GraphicsConfiguration = "configuration for EGL, GLVND, X and OpenCL; the first folder that has a file counts";
    internal const string VulkanConfiguration = "configuration for Vulkan; the first folder that has a file counts";
    internal const string Sockets = "sockets of the driver's services";
    internal const string DriverLibraries = "every library that has the driver's version in its name, in the folders of the driver";
    internal const string Firmware = "firmware of the driver's version";
    internal const string Programs = "programs of the driver, in the folders of PATH and the usual ones";
    internal const string GatedNodes = "nodes beside the GPUs, as one device";
    internal const string GpuNodes = "a GPU is its node, its DRM nodes and the links to them";
    internal const string MigNodes = "a MIG device is the node of its GPU and its two capability nodes";
    internal const string CsvEntries = "what the csv files of the platform name";
    internal const string WslDriver = "the driver of Windows, from the driver store of WSL";
    internal const string WslNode = "the GPU of WSL is one node";
}
