namespace GpuContainers.Simulator.Description;

/// <summary>A machine as a support bundle describes it (<c>nvidia-ctk doctor --bundle</c>).</summary>
internal sealed record ImportedHost
{
    /// <summary>The number of the bundle's form.</summary>
    public int Form { get; set; }

    /// <summary>What the driver's libraries answer.</summary>
    public ImportedAnswers Answers { get; set; } = new();

    /// <summary>The PATH of the user who made the bundle, which takes part in the search for programs.</summary>
    public string ProgramPath { get; set; } = "";

    /// <summary>That user's XDG_DATA_DIRS, which takes part in the search for configuration files.</summary>
    public string DataDirectories { get; set; } = "";

    /// <summary>What the loader's caches know of the driver.</summary>
    public IReadOnlyList<ImportedCache> Caches { get; set; } = [];

    /// <summary>Everything that is there.</summary>
    public IReadOnlyList<ImportedEntry> Entries { get; set; } = [];
}

/// <summary>What the driver's libraries answered on the machine.</summary>
internal sealed record ImportedAnswers
{
    /// <summary>works, fails, hangs, crashes, notLoaded, mismatch.</summary>
    public string Behaviour { get; set; } = "works";

    /// <summary>Why they did not answer, in words for people.</summary>
    public string Failure { get; set; } = "";

    /// <summary>The driver's version.</summary>
    public string DriverVersion { get; set; } = "";

    /// <summary>The CUDA version as the libraries give it, such as 12080.</summary>
    public int CudaVersion { get; set; }

    /// <summary>The compute capability of device 0 by the CUDA library.</summary>
    public string ComputeCapability { get; set; } = "";

    /// <summary>The driver stores of WSL.</summary>
    public IReadOnlyList<string> DriverStores { get; set; } = [];

    /// <summary>The GPUs in NVML's order.</summary>
    public IReadOnlyList<ImportedGpu> Gpus { get; set; } = [];
}

/// <summary>A GPU by NVML.</summary>
internal sealed record ImportedGpu
{
    /// <summary>The model.</summary>
    public string Model { get; set; } = "";

    /// <summary>The UUID.</summary>
    public string Uuid { get; set; } = "";

    /// <summary>The N of /dev/nvidiaN.</summary>
    public uint Minor { get; set; }

    /// <summary>The PCI address.</summary>
    public string BusId { get; set; } = "";

    /// <summary>The compute capability.</summary>
    public string ComputeCapability { get; set; } = "0.0";

    /// <summary>Whether it can be cut up.</summary>
    public bool MigCapable { get; set; }

    /// <summary>Whether it is in MIG mode.</summary>
    public bool MigEnabled { get; set; }

    /// <summary>Whether it shares addresses with the processor; null when NVML does not tell.</summary>
    public bool? Coherent { get; set; }

    /// <summary>Its MIG devices.</summary>
    public IReadOnlyList<ImportedMig> Mig { get; set; } = [];
}

/// <summary>A MIG device by NVML.</summary>
internal sealed record ImportedMig
{
    /// <summary>Its place on the GPU.</summary>
    public uint Index { get; set; }

    /// <summary>The UUID.</summary>
    public string Uuid { get; set; } = "";

    /// <summary>The GPU instance.</summary>
    public uint GpuInstance { get; set; }

    /// <summary>The compute instance.</summary>
    public uint ComputeInstance { get; set; }

    /// <summary>Whether its profile can draw.</summary>
    public bool Graphics { get; set; }
}

/// <summary>What the loader's cache of a root knows.</summary>
internal sealed record ImportedCache
{
    /// <summary>The root.</summary>
    public string Root { get; set; } = "/";

    /// <summary>Its libraries, in its order.</summary>
    public IReadOnlyList<ImportedCachedLibrary> Libraries { get; set; } = [];
}

/// <summary>An entry of a loader's cache.</summary>
internal sealed record ImportedCachedLibrary
{
    /// <summary>The name that programs ask for.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it is, as the root's programs see it.</summary>
    public string Path { get; set; } = "";

    /// <summary>The architecture.</summary>
    public int Flags { get; set; }
}

/// <summary>What an entry stands for.</summary>
internal enum ImportedKind
{
    /// <summary>A directory.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A character device.</summary>
    Node,

    /// <summary>A unix socket.</summary>
    Socket,

    /// <summary>A file with its text.</summary>
    Text,

    /// <summary>A library, by its headers.</summary>
    Library,

    /// <summary>A program.</summary>
    Program,

    /// <summary>Another file.</summary>
    Data,
}

/// <summary>Something that the machine has.</summary>
internal sealed record ImportedEntry
{
    /// <summary>Where, absolute.</summary>
    public string Path { get; set; } = "";

    /// <summary>What it is.</summary>
    public ImportedKind Kind { get; set; }

    /// <summary>The permissions, octal.</summary>
    public string Mode { get; set; } = "644";

    /// <summary>The major number of a node.</summary>
    public uint Major { get; set; }

    /// <summary>The minor number of a node.</summary>
    public uint Minor { get; set; }

    /// <summary>The group of a node.</summary>
    public uint Group { get; set; }

    /// <summary>Where a link leads.</summary>
    public string Target { get; set; } = "";

    /// <summary>The bytes of a file whose content is not known.</summary>
    public long Size { get; set; }

    /// <summary>The name that a library gives itself.</summary>
    public string? Soname { get; set; }

    /// <summary>64 or 32.</summary>
    public int Bits { get; set; } = 64;

    /// <summary>A library's processor.</summary>
    public int Machine { get; set; }

    /// <summary>Whether a library has section headers.</summary>
    public bool Sections { get; set; } = true;

    /// <summary>The content of a text.</summary>
    public string? Text { get; set; }
}
