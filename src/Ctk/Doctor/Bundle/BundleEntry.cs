namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>What an entry of a bundle stands for.</summary>
internal enum BundleEntryKind
{
    /// <summary>A directory.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A character device.</summary>
    Node,

    /// <summary>A unix socket.</summary>
    Socket,

    /// <summary>A file whose text is in the bundle.</summary>
    Text,

    /// <summary>A library: what its headers say, nothing of its content.</summary>
    Library,

    /// <summary>A program: its name and size.</summary>
    Program,

    /// <summary>Another file: its name and size.</summary>
    Data,
}

/// <summary>One thing of a machine as a bundle describes it.</summary>
/// <param name="Path">Where, absolute, without a link on the way.</param>
/// <param name="Kind">What it is.</param>
internal sealed record BundleEntry(string Path, BundleEntryKind Kind)
{
    /// <summary>The permissions; of nodes and files.</summary>
    public UnixFileMode Mode { get; init; } = FileModes.PublicFile;

    /// <summary>The group; of nodes.</summary>
    public uint Group { get; init; }

    /// <summary>The numbers of a node.</summary>
    public (uint Major, uint Minor) Numbers { get; init; }

    /// <summary>Where a link leads.</summary>
    public string Target { get; init; } = "";

    /// <summary>The content of a text.</summary>
    public string Text { get; init; } = "";

    /// <summary>The bytes of a file whose content is not in the bundle.</summary>
    public long Size { get; init; }

    /// <summary>What a library's headers say.</summary>
    public LibraryHeaders? Library { get; init; }
}

/// <summary>What the headers of a library say.</summary>
/// <param name="Soname">The name that it gives itself; null when it has none.</param>
/// <param name="Is32Bit">Whether it is for 32-bit programs.</param>
/// <param name="Machine">Its processor (e_machine).</param>
/// <param name="HasSections">Whether it has section headers, without which some readers see no name.</param>
internal sealed record LibraryHeaders(string? Soname, bool Is32Bit, int Machine, bool HasSections);
