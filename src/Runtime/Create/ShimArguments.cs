namespace GpuContainers.Runtime.Create;

/// <summary>
/// What the shim reads from a command line that belongs to the low-level runtime. Nothing is ever taken out of it (RT-2).
/// </summary>
/// <param name="IsCreate">Whether the subcommand is <c>create</c>, the only one whose bundle is edited (RT-3).</param>
/// <param name="ShowsVersion">Whether the version banner is asked for (RT-20, RT-24).</param>
/// <param name="Bundle">The bundle directory, empty for the working directory; null when the last bundle flag has no value (RT-74).</param>
/// <param name="Logging">The options that concern the shim's own log.</param>
internal sealed record ShimArguments(bool IsCreate, bool ShowsVersion, string? Bundle, LogOptions Logging)
{
    /// <summary>Reads a whole argument vector, the program name included.</summary>
    public static ShimArguments Parse(IReadOnlyList<string> argv)
    {
        int subcommand = Subcommand.Find(argv);
        return new ShimArguments(
            subcommand == Subcommand.Undecidable ? Subcommand.NamesCreate(argv) : subcommand < argv.Count && argv[subcommand] == "create",
            HasVersionFlag(argv, subcommand == Subcommand.Undecidable ? argv.Count : subcommand),
            BundleFlag.Value(argv),
            LogOptions.Scan(argv));
    }

    // Only in front of the subcommand, so that a flag of a command inside the container prints nothing (RT-20, RT-24).
    private static bool HasVersionFlag(IReadOnlyList<string> argv, int end)
    {
        for (int i = 0; i < end; i++)
        {
            if (argv[i].StartsWith('-') && LogOptions.Name(argv[i]) is "version")
                return true;
        }
        return false;
    }
}
