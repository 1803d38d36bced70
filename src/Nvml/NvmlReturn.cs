using System.Text;

namespace GpuContainers.Nvml;

/// <summary>The return codes of NVML.</summary>
public enum NvmlReturn
{
    /// <summary>It worked.</summary>
    Success = 0,

    /// <summary>NVML was not initialised.</summary>
    Uninitialized = 1,

    /// <summary>An argument names nothing.</summary>
    InvalidArgument = 2,

    /// <summary>The device or driver has no such thing.</summary>
    NotSupported = 3,

    /// <summary>Not allowed for this user.</summary>
    NoPermission = 4,

    /// <summary>It was initialised already.</summary>
    AlreadyInitialized = 5,

    /// <summary>Nothing was found.</summary>
    NotFound = 6,

    /// <summary>A buffer is too small.</summary>
    InsufficientSize = 7,

    /// <summary>A power cable is missing.</summary>
    InsufficientPower = 8,

    /// <summary>No kernel module is loaded.</summary>
    DriverNotLoaded = 9,

    /// <summary>It took too long.</summary>
    Timeout = 10,

    /// <summary>The kernel has trouble with an interrupt.</summary>
    IrqIssue = 11,

    /// <summary>The library is not there.</summary>
    LibraryNotFound = 12,

    /// <summary>The library has no such function.</summary>
    FunctionNotFound = 13,

    /// <summary>The info ROM is damaged.</summary>
    CorruptedInforom = 14,

    /// <summary>The GPU fell off the bus.</summary>
    GpuIsLost = 15,

    /// <summary>The GPU needs a reset.</summary>
    ResetRequired = 16,

    /// <summary>The operating system refused.</summary>
    OperatingSystem = 17,

    /// <summary>Kernel module and library are of different versions.</summary>
    LibRmVersionMismatch = 18,

    /// <summary>The device is in use.</summary>
    InUse = 19,

    /// <summary>No memory.</summary>
    Memory = 20,

    /// <summary>No data.</summary>
    NoData = 21,

    /// <summary>Not possible with ECC on a virtual GPU.</summary>
    VgpuEccNotSupported = 22,

    /// <summary>Not enough of something.</summary>
    InsufficientResources = 23,

    /// <summary>The frequency is not available.</summary>
    FreqNotSupported = 24,

    /// <summary>A structure has another version.</summary>
    ArgumentVersionMismatch = 25,

    /// <summary>The function is no longer there.</summary>
    Deprecated = 26,

    /// <summary>Not ready yet.</summary>
    NotReady = 27,

    /// <summary>No GPU was found.</summary>
    GpuNotFound = 28,

    /// <summary>Not possible in this state.</summary>
    InvalidState = 29,

    /// <summary>The kind of reset is not available.</summary>
    ResetTypeNotSupported = 30,

    /// <summary>Something else.</summary>
    Unknown = 999,
}

/// <summary>Words for return codes when the library has none.</summary>
public static class NvmlReturnText
{
    /// <summary>The built-in name, such as <c>ERROR_DRIVER_NOT_LOADED</c>; an unknown code is told by its number.</summary>
    public static string BuiltIn(this NvmlReturn code)
    {
        if (code == NvmlReturn.Success)
            return "SUCCESS";
        if (!Enum.IsDefined(code))
            return $"unknown return value: {(int)code}";
        var name = new StringBuilder("ERROR");
        foreach (char c in code.ToString())
        {
            if (char.IsAsciiLetterUpper(c))
                name.Append('_');
            name.Append(char.ToUpperInvariant(c));
        }
        return name.ToString();
    }
}
