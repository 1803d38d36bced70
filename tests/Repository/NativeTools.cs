namespace GpuContainers.Repository.Tests;

/// <summary>The small C programs of this folder, and a folder for the files of a class of tests.</summary>
public sealed class NativeTools : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("budgets-").FullName;

    /// <summary>A folder for the files of tests.</summary>
    public string Folder => _folder;

    /// <summary>The path of a compiled program: "trivial", "launch", "inspect", "usage", or the library "canary.so".</summary>
    public string this[string name] =>
        name.EndsWith(".so", StringComparison.Ordinal) ? NativeTool.Library(Path.GetFileNameWithoutExtension(name)) : NativeTool.Program(name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
