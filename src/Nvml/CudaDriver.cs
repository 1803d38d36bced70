namespace GpuContainers.Nvml;

/// <summary>The two facts that requirements of images are about, from the CUDA library.</summary>
public static unsafe class CudaDriver
{
    private const int MajorAttribute = 75;
    private const int MinorAttribute = 76;

    /// <summary>The version of the driver's CUDA, 12090 for 12.9; null with the reason when it is not to be had.</summary>
    public static int? Version(nint library, out string error)
    {
        error = "";
        int version = 0;
        var function = (delegate* unmanaged<int*, int>)Function(library, "cuDriverGetVersion", ref error);
        if (function is null)
            return null;
        int result = function(&version);
        error = result == 0 ? "" : $"cuDriverGetVersion: CUDA error {result}";
        return result == 0 ? version : null;
    }

    /// <summary>The compute capability of device 0, such as "8.7"; null with the reason when it is not to be had.</summary>
    public static string? ComputeCapability(nint library, out string error)
    {
        error = "";
        var initialize = (delegate* unmanaged<uint, int>)Function(library, "cuInit", ref error);
        var get = (delegate* unmanaged<int*, int, int>)Function(library, "cuDeviceGet", ref error);
        var attribute = (delegate* unmanaged<int*, int, int, int>)Function(library, "cuDeviceGetAttribute", ref error);
        if (error.Length > 0)
            return null;
        int device = 0, major = 0, minor = 0;
        int result = initialize(0);
        if (result == 0)
            result = get(&device, 0);
        if (result == 0)
            result = attribute(&major, MajorAttribute, device);
        if (result == 0)
            result = attribute(&minor, MinorAttribute, device);
        error = result == 0 ? "" : $"CUDA error {result}";
        return result == 0 ? $"{major}.{minor}" : null;
    }

    /// <summary>Loads a library by the system's loader; 0 with the loader's words when that fails.</summary>
    public static nint Open(string name, out string error) => DynamicLoader.Open(name, out error);

    private static void* Function(nint library, string name, ref string error)
    {
        if (NativeLibrary.TryGetExport(library, name, out nint address))
            return (void*)address;
        error = $"the library has no {name}";
        return null;
    }
}
