using System.Text;

namespace GpuContainers.Nvml;

/// <summary>
/// The driver's management library, called through pointers that are looked up by name. A function that a library lacks answers
/// <see cref="NvmlReturn.FunctionNotFound"/>; nothing is bound before it is called.
/// </summary>
public sealed unsafe partial class NvmlLibrary : IDisposable
{
    private const int TextLength = 96;
    private readonly nint _library;

    private NvmlLibrary(nint library) => _library = library;

    /// <summary>Loads a library, its symbols kept to itself; null with the loader's words when that fails.</summary>
    /// <param name="path">A path, or a name for the system's loader.</param>
    /// <param name="error">Why it could not be loaded; empty when it was.</param>
    public static NvmlLibrary? Open(string path, out string error)
    {
        nint library = DynamicLoader.Open(path, out error);
        return library == 0 ? null : new NvmlLibrary(library);
    }

    /// <summary>Starts NVML; may take seconds when no other process keeps the GPUs awake.</summary>
    public NvmlReturn Initialize()
    {
        var function = (delegate* unmanaged<int>)Function("nvmlInit_v2", "nvmlInit");
        return function is null ? NvmlReturn.FunctionNotFound : (NvmlReturn)function();
    }

    /// <summary>Ends NVML.</summary>
    public NvmlReturn Shutdown()
    {
        var function = (delegate* unmanaged<int>)Function("nvmlShutdown");
        return function is null ? NvmlReturn.FunctionNotFound : (NvmlReturn)function();
    }

    /// <summary>The library's own words for a return code, else the built-in name.</summary>
    public string TextOf(NvmlReturn code)
    {
        var function = (delegate* unmanaged<int, byte*>)Function("nvmlErrorString");
        string? words = function is null ? null : Marshal.PtrToStringUTF8((nint)function((int)code));
        return string.IsNullOrEmpty(words) ? code.BuiltIn() : words;
    }

    /// <summary>The driver's version, such as "575.57.08".</summary>
    public NvmlReturn GetDriverVersion(out string version)
    {
        const int Length = 80;
        byte* buffer = stackalloc byte[Length];
        new Span<byte>(buffer, Length).Clear();
        var function = (delegate* unmanaged<byte*, uint, int>)Function("nvmlSystemGetDriverVersion");
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(buffer, Length);
        version = TextIn(buffer, Length);
        return (NvmlReturn)result;
    }

    /// <summary>The highest CUDA version of the driver: 12090 for 12.9.</summary>
    public NvmlReturn GetCudaVersion(out int version)
    {
        int value = 0;
        var function = (delegate* unmanaged<int*, int>)Function("nvmlSystemGetCudaDriverVersion");
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : function(&value);
        version = value;
        return (NvmlReturn)result;
    }

    /// <summary>Unloads the library.</summary>
    public void Dispose() => NativeLibrary.Free(_library);

    // The newest name that is there (NV-3).
    private void* Function(string name, string older = "", string oldest = "")
    {
        foreach (string candidate in (ReadOnlySpan<string>)[name, older, oldest])
        {
            if (candidate.Length > 0 && NativeLibrary.TryGetExport(_library, candidate, out nint address))
                return (void*)address;
        }
        return null;
    }

    // Up to the first NUL or the end of the buffer (NV-33).
    private static string TextIn(byte* buffer, int length)
    {
        var bytes = new ReadOnlySpan<byte>(buffer, length);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    // Calls "function(device, &number)".
    private static NvmlReturn Number(void* function, nint device, out uint number)
    {
        uint value = 0;
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : ((delegate* unmanaged<nint, uint*, int>)function)(device, &value);
        number = value;
        return (NvmlReturn)result;
    }

    // Calls "function(device, buffer, length)".
    private static NvmlReturn Text(void* function, nint device, out string text)
    {
        byte* buffer = stackalloc byte[TextLength];
        new Span<byte>(buffer, TextLength).Clear();
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : ((delegate* unmanaged<nint, byte*, uint, int>)function)(device, buffer, TextLength);
        text = TextIn(buffer, TextLength);
        return (NvmlReturn)result;
    }

    // Calls "function(device, number, &handle)".
    private static NvmlReturn Handle(void* function, nint device, uint number, out nint handle)
    {
        nint value = 0;
        int result = function is null ? (int)NvmlReturn.FunctionNotFound : ((delegate* unmanaged<nint, uint, nint*, int>)function)(device, number, &value);
        handle = value;
        return (NvmlReturn)result;
    }
}

/// <summary>The dynamic loader of this process, asked directly, so that a refusal comes in its own words.</summary>
internal static unsafe class DynamicLoader
{
    private const int Lazy = 1; // RTLD_LAZY, symbols kept to itself: dlopen(3)

    /// <summary>Loads a library; 0 with the loader's words when that fails.</summary>
    /// <param name="name">A path, or a name that the loader looks up.</param>
    /// <param name="error">Why it could not be loaded; empty when it was.</param>
    internal static nint Open(string name, out string error)
    {
        nint program = NativeLibrary.GetMainProgramHandle();
        var open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(program, "dlopen");
        var words = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(program, "dlerror");
        byte* text = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            nint library = open(text, Lazy);
            error = library != 0 ? "" : Marshal.PtrToStringUTF8((nint)words()) ?? $"{name}: cannot be loaded";
            return library;
        }
        finally
        {
            Marshal.FreeCoTaskMem((nint)text);
        }
    }
}
