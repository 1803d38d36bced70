namespace GpuContainers.Ctk.Cdi;

/// <summary>The option that names the folders of CDI specifications (CDI-169).</summary>
internal static class SpecFolderOption
{
    /// <summary>Makes the option.</summary>
    public static ListOption Create() =>
        new("--spec-dir", "Folder of CDI specifications; repeat it or separate folders by commas, later ones have priority", [.. CdiRegistry.DefaultFolders])
        {
            Variables = ["NVIDIA_CTK_CDI_SPEC_DIRS"],
            ValueWord = "DIR",
            TrimsItems = false,
        };

    /// <summary>The folders: split at commas, blanks kept; an empty variable counts as not given.</summary>
    public static IReadOnlyList<string> Read(Invocation invocation, ListOption setting)
    {
        string[] folders = invocation.Get(setting);
        // The command line cannot say "no folder", but a caller of the code can (CDI-170).
        return folders.Length > 0
            ? folders
            : throw new ToolkitException("at least one CDI specification directory must be specified");
    }
}
