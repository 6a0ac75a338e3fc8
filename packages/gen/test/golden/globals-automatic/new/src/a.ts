//trace:event traceMock(m: jestlike.Mock, f: ExpressLike.Multer.File)
export {}
