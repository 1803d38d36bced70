namespace GpuContainers.Host.Tegra;

/// <summary>What an entry of a Tegra csv file names.</summary>
public enum CsvEntryKind
{
    /// <summary><c>dev</c>: a device node.</summary>
    Device,

    /// <summary><c>dir</c>: a folder.</summary>
    Directory,

    /// <summary><c>lib</c>: a library.</summary>
    Library,

    /// <summary><c>sym</c>: a symbolic link.</summary>
    Symlink,
}
