namespace GpuContainers.Nvml.Tests;

/// <summary>Libraries of this folder's C files, made with the macros that a test wants; the tests are skipped where there is no compiler.</summary>
public sealed class StubLibraries : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nvml-tests-").FullName;
    private int _count;

    /// <summary>The path of a library of its own, which no other test has loaded.</summary>
    /// <param name="source">The name of the C file: "nvml" or "dxcore".</param>
    /// <param name="macros">Such as "COUNT=2".</param>
    public string Compile(string source, params string[] macros)
    {
        string output = Path.Combine(_folder, $"{source}{Interlocked.Increment(ref _count)}.so");
        System.IO.File.Copy(NativeTool.Library(source, macros), output);
        return output;
    }

    /// <summary>A file that is not a library.</summary>
    public string File(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
